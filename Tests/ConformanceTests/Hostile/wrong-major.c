/* expects: binary.major
 * Of another major version. */
#include "begin.h"

#define WITHOUT_NOTE
__attribute__((section(".note.icl"), used, aligned(4))) static const icl_note note = {
    4u, 8u, ICL_NOTE_TYPE, {'I', 'C', 'L', 0}, 7u, 0u};

#include "end.h"
