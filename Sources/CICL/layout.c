// A Swift package target needs one source file; compiling the header checks its layout.
#include <icl/icl.h>
