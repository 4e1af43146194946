/* The files that an action brings. Of this folder only. */
#ifndef YIWANG_APP_FILES_H
#define YIWANG_APP_FILES_H

#include "app/app.h"

/* Photos must be pictures; the hash of each scan goes into the command. in: the command's values. memory: arena. errors:
 * E_INVALID unknown_media, photo_expected, too_many_media with the field. cost: reads the files. */
enum status files_look(struct app *app, const struct action *a, struct command *c, struct arena *arena,
                       struct err *err) MUST_USE;

#endif
