// A Swift package target needs one source file.
#include "icl_backend.h"
