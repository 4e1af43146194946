/* Warnings of others as CAP 1.2: a message becomes a case of the procedure that publishes warnings, by the same way as
 * everything that comes from outside. Nothing goes out by itself: a person drafts, another approves.
 *
 * Invariants. 1. No network, no document type, no entity: a message that names one is refused before it is parsed. 2. At most
 * CAP_BYTES; texts and lists are cut. 3. A message is taken once by its identifier; an update or a cancellation refers to the
 * case of the earlier one and is told it. source: OASIS CAP 1.2 §3.2. */
#ifndef YIWANG_APP_CAP_H
#define YIWANG_APP_CAP_H

#include "app/outside.h"

#define CAP_BYTES ((size_t)256 << 10)
#define CAP_INFOS 8
#define CAP_AREAS 16
#define CAP_REFERENCES 16
#define CAP_CODES 8

struct cap_info {
    str language, event, urgency, severity, certainty, headline, description, instruction;
    str codes[CAP_CODES]; /* values of eventCode */
    str areas[CAP_AREAS]; /* areaDesc */
    size_t n_codes, n_areas;
    instant onset, expires; /* INSTANT_NONE if not said */
    lonlat place;           /* the middle of its first polygon or circle; none without */
};
struct cap_alert {
    str identifier, sender, status, type, scope;
    instant sent;
    str references[CAP_REFERENCES]; /* identifiers of the earlier messages */
    size_t n_references;
    struct cap_info infos[CAP_INFOS];
    size_t n_infos;
};

/* Reads a message. memory: arena, the texts copied. errors: E_SYNTAX bad_xml no XML, a document type or an entity;
 * E_TOO_LARGE; E_INVALID bad_cap an element is missing, twice or has a value that CAP does not know; its name is the field. */
enum status cap_read(str xml, struct arena *arena, struct cap_alert *ret, struct err *err) MUST_USE;

/* Takes a message of a peer of kind cap. Blocking. in: w as the headers say. errors: as app_outside_take; E_INVALID not_taken
 * (a test, a draft, an acknowledgement, a warning that is over), unknown_event; E_NOT_FOUND unknown_reference. */
enum status app_cap_take(struct app *app, const code *peer, const struct webhook *w, str body, struct arena *arena,
                         struct outside_taken *ret, struct err *err) MUST_USE;

#endif
