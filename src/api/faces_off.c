/* Built without the faces (-Dwebui=off): an empty table. */
#include "api/faces.h"

const struct face_file FACE_FILES[1] = {{"", "", "", false, {{NULL, 0}, {NULL, 0}, {NULL, 0}}}};
const size_t N_FACE_FILES = 0;
const char *const FACE_RESIDENT_SCRIPT = NULL;
const char *const FACE_RESIDENT_STYLE = NULL;
const char *const FACE_BUILD = YIWANG_VERSION;
