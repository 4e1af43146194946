/* What the routes of the duty room share. */
#ifndef YIWANG_API_DUTY_H
#define YIWANG_API_DUTY_H

#include "api/api_int.h"

/* The accounts that rosters name. */
struct duty_people {
    struct account *list;
    size_t n;
};
enum status duty_people_read(struct api *api, struct arena *arena, struct duty_people *ret, struct err *err) MUST_USE;
/* out: NULL if there is none, or it was closed. */
const struct account *duty_account(const struct duty_people *p, const code *login);
/* A desk with its unit and number; null for NONE. */
void put_desk(struct json_buf *w, const char *key, const struct city *city, uint32_t desk, size_t lang);
/* "desks": all of them. */
void put_desks(struct json_buf *w, const struct city *city, size_t lang);
/* A turn of a desk with its people. */
void put_turn(struct json_buf *w, const struct city *city, const struct duty_slot *s, const struct duty_people *people,
              size_t lang);

#endif
