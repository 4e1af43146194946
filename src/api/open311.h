/* Open311 GeoReport v2: one writer for both forms. The JSON form is the XML without the names of its root and of the members
 * of lists. source: GeoReport v2, JSON and XML Conversion. */
#ifndef YIWANG_API_OPEN311_H
#define YIWANG_API_OPEN311_H

#include "api/api_int.h"

#define OPEN311_DEPTH 8

struct open311_out {
    struct strbuf *b;
    struct json_buf w;
    bool json;
    bool is_list[OPEN311_DEPTH]; /* of what is open */
    const char *names[OPEN311_DEPTH];
    size_t depth;
};

/* in: whether it is written as JSON. */
void open311_begin(struct open311_out *o, bool json, struct strbuf *out);
/* Open a list, and what holds named values; both end by open311_close. */
void open311_list(struct open311_out *o, const char *name);
void open311_item(struct open311_out *o, const char *name);
void open311_close(struct open311_out *o);
/* One value; an empty text is an empty element, in JSON null. Inside a list the name stands in XML only. */
void open311_text(struct open311_out *o, const char *name, str text);
void open311_bool(struct open311_out *o, const char *name, bool value);
void open311_number(struct open311_out *o, const char *name, double value, int decimals);
void open311_count(struct open311_out *o, const char *name, size_t value);
/* In whole seconds, with the city's offset; empty for none. */
void open311_time(struct open311_out *o, const char *name, const struct city *city, instant t);

/* "text/xml; charset=utf-8" or that of JSON. */
const char *open311_type(bool json);
/* Whether the address ends in .json. */
bool open311_is_json(const struct http_call *call);
/* A parameter of the address or of the form; clients put jurisdiction_id into either. out: empty if it is in neither. */
str open311_param(const struct http_call *call, const char *name);
/* What every call begins with. errors: E_NOT_FOUND not_served, unknown_jurisdiction. */
enum status open311_ready(struct api *api, const struct http_call *call, struct err *err) MUST_USE;
/* {id} of the address without .xml or .json. errors: E_NOT_FOUND unknown_address. */
enum status open311_id(const struct http_call *call, str *ret, struct err *err) MUST_USE;
/* A service that everybody may ask for. errors: E_NOT_FOUND unknown_service. */
enum status open311_find_service(const struct city *city, str wanted, const struct category **ret,
                                 struct err *err) MUST_USE;

#endif
