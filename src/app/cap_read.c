#include <libxml/parser.h>
#include <pthread.h>
#include <string.h>

#include "app/cap.h"

#define NAMESPACE "urn:oasis:names:tc:emergency:cap:1.2"
#define TEXT_MAX 4000
#define CODE_TEXT_MAX 200
#define POINTS_MAX 1000

static enum status bad(struct err *err, const char *field, const char *why) {
    err_set(err, E_INVALID, "bad_cap", "%s", why);
    err_field(err, "%s", field);
    err_hint(err, "OASIS CAP 1.2, 3.2");
    return E_INVALID;
}

/* --- the tree --- */

static bool is_element(const xmlNode *n, const char *name) {
    return n->type == XML_ELEMENT_NODE && n->ns != NULL && strcmp((const char *)n->ns->href, NAMESPACE) == 0 &&
           strcmp((const char *)n->name, name) == 0;
}

static const xmlNode *child(const xmlNode *parent, const char *name) {
    for (const xmlNode *n = parent->children; n != NULL; n = n->next)
        if (is_element(n, name)) return n;
    return NULL;
}

/* The text of an element, trimmed and cut; text and CDATA only. */
static str text_of(const xmlNode *e, size_t max, struct arena *arena) {
    struct strbuf b;
    strbuf_init(&b, CAP_BYTES);
    for (const xmlNode *n = e != NULL ? e->children : NULL; n != NULL; n = n->next)
        if ((n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE) && n->content != NULL)
            strbuf_addz(&b, (const char *)n->content);
    str ret = str_dup(arena, utf8_prefix(str_trim(strbuf_str(&b)), max));
    strbuf_done(&b);
    return ret;
}

static str text_in_child(const xmlNode *parent, const char *name, size_t max, struct arena *arena) {
    return text_of(child(parent, name), max, arena);
}

/* --- values --- */

struct word_list {
    const char *name;
    const char *words[9];
};

static const struct word_list ALERT_WORDS[] = {
    {"status", {"Actual", "Exercise", "System", "Test", "Draft"}},
    {"msgType", {"Alert", "Update", "Cancel", "Ack", "Error"}},
    {"scope", {"Public", "Restricted", "Private"}},
};
static const struct word_list INFO_WORDS[] = {
    {"urgency", {"Immediate", "Expected", "Future", "Past", "Unknown"}},
    {"severity", {"Extreme", "Severe", "Moderate", "Minor", "Unknown"}},
    {"certainty", {"Observed", "Likely", "Possible", "Unlikely", "Unknown"}},
};

static enum status read_word(const xmlNode *parent, const struct word_list *list, struct arena *arena, str *ret,
                             struct err *err) {
    *ret = text_in_child(parent, list->name, CODE_TEXT_MAX, arena);
    for (size_t i = 0; i < ARRAY_LEN(list->words) && list->words[i] != NULL; i++)
        if (str_is(*ret, list->words[i])) return OK;
    return bad(err, list->name, str_empty(*ret) ? "It is missing." : "CAP does not know this value.");
}

/* An identifier or a sender: no spaces, commas, '<' or '&', which references are made of. */
static enum status read_name(const xmlNode *alert, const char *name, struct arena *arena, str *ret, struct err *err) {
    *ret = text_in_child(alert, name, CODE_TEXT_MAX, arena);
    if (str_empty(*ret)) return bad(err, name, "It is missing.");
    for (size_t i = 0; i < ret->len; i++)
        if (strchr(" ,<&\t\r\n", ret->ptr[i]) != NULL) return bad(err, name, "It holds a space, a comma, < or &.");
    return OK;
}

/* A time: RFC 3339 without fractions; "-00:00" is UTC. */
static enum status read_time(const xmlNode *parent, const char *name, bool required, struct arena *arena, instant *ret,
                             struct err *err) {
    str text = text_in_child(parent, name, CODE_TEXT_MAX, arena);
    *ret = INSTANT_NONE;
    if (str_empty(text)) return required ? bad(err, name, "It is missing.") : OK;
    bool shaped = text.len == 25 && (text.ptr[19] == '+' || text.ptr[19] == '-');
    if (str_ends(text, S("-00:00"))) text = str_format(arena, "%.*sZ", (int)(text.len - 6), text.ptr);
    return shaped && instant_parse(text, ret) ? OK : bad(err, name, "It is no time as CAP writes it.");
}

/* "sender,identifier,sent" by blanks. */
static enum status read_references(const xmlNode *alert, struct arena *arena, struct cap_alert *ret, struct err *err) {
    str rest = text_in_child(alert, "references", CAP_BYTES, arena);
    for (str one; str_split(&rest, ' ', &one);) {
        str part, parts[3] = {S(""), S(""), S("")};
        size_t n = 0;
        if (str_empty(str_trim(one))) continue;
        str triple = str_trim(one);
        while (str_split(&triple, ',', &part)) {
            if (n < 3) parts[n] = part;
            n++;
        }
        if (n != 3) return bad(err, "references", "It is not sender,identifier,sent.");
        if (ret->n_references < CAP_REFERENCES) ret->references[ret->n_references++] = parts[1];
    }
    return OK;
}

/* --- places --- */

static bool read_point(str pair, lonlat *ret) {
    str lat, lon = pair;
    return str_split(&lon, ',', &lat) && str_to_double(lat, &ret->lat_deg) && str_to_double(lon, &ret->lon_deg) &&
           lonlat_valid(*ret);
}

/* The middle of the corners of a polygon, the last being the first again; of a circle its centre. */
static enum status read_place(const xmlNode *area, struct arena *arena, lonlat *ret, struct err *err) {
    const xmlNode *shape = child(area, "polygon");
    bool round = shape == NULL;
    if (round) shape = child(area, "circle");
    if (shape == NULL) return OK;
    const char *field = round ? "circle" : "polygon";
    str rest = text_of(shape, CAP_BYTES, arena);
    lonlat sum = {0, 0}, first = lonlat_none(), last = lonlat_none();
    size_t n = 0;
    for (str one; str_split(&rest, ' ', &one) && n < POINTS_MAX;) {
        if (str_empty(str_trim(one))) continue;
        if (!read_point(str_trim(one), &last)) return bad(err, field, "It holds no latitude,longitude.");
        if (n == 0) first = last;
        sum.lon_deg += last.lon_deg;
        sum.lat_deg += last.lat_deg;
        n++;
        if (round) break; /* what follows is the radius */
    }
    bool closed = first.lon_deg == last.lon_deg && first.lat_deg == last.lat_deg;
    if (n == 0 || (!round && n < POINTS_MAX && (n < 4 || !closed)))
        return bad(err, field, "A polygon has four pairs or more, the last like the first.");
    *ret = (lonlat){sum.lon_deg / (double)n, sum.lat_deg / (double)n};
    return OK;
}

/* --- info --- */

static enum status read_info_parts(const xmlNode *e, struct arena *arena, struct cap_info *info, struct err *err) {
    for (const xmlNode *n = e->children; n != NULL; n = n->next) {
        if (is_element(n, "eventCode") && info->n_codes < CAP_CODES)
            info->codes[info->n_codes++] = text_in_child(n, "value", CODE_TEXT_MAX, arena);
        if (!is_element(n, "area")) continue;
        str where = text_in_child(n, "areaDesc", CODE_TEXT_MAX, arena);
        if (str_empty(where)) return bad(err, "areaDesc", "It is missing.");
        if (info->n_areas < CAP_AREAS) info->areas[info->n_areas++] = where;
        if (!lonlat_is_none(info->place)) continue;
        enum status status = read_place(n, arena, &info->place, err);
        if (status != OK) return status;
    }
    return OK;
}

static enum status read_info(const xmlNode *e, struct arena *arena, struct cap_info *info, struct err *err) {
    str *const words[] = {&info->urgency, &info->severity, &info->certainty};
    enum status status = OK;
    *info = (struct cap_info){.place = lonlat_none()};
    if (child(e, "category") == NULL) return bad(err, "category", "It is missing.");
    info->language = text_in_child(e, "language", CODE_TEXT_MAX, arena);
    info->event = text_in_child(e, "event", CODE_TEXT_MAX, arena);
    info->headline = text_in_child(e, "headline", CODE_TEXT_MAX * 2, arena);
    info->description = text_in_child(e, "description", TEXT_MAX, arena);
    info->instruction = text_in_child(e, "instruction", TEXT_MAX, arena);
    if (str_empty(info->event)) return bad(err, "event", "It is missing.");
    for (size_t i = 0; status == OK && i < ARRAY_LEN(INFO_WORDS); i++)
        status = read_word(e, &INFO_WORDS[i], arena, words[i], err);
    if (status == OK) status = read_time(e, "onset", false, arena, &info->onset, err);
    if (status == OK) status = read_time(e, "expires", false, arena, &info->expires, err);
    return status == OK ? read_info_parts(e, arena, info, err) : status;
}

static enum status read_alert(const xmlNode *alert, struct arena *arena, struct cap_alert *ret, struct err *err) {
    str *const words[] = {&ret->status, &ret->type, &ret->scope};
    enum status status = read_name(alert, "identifier", arena, &ret->identifier, err);
    if (status == OK) status = read_name(alert, "sender", arena, &ret->sender, err);
    if (status == OK) status = read_time(alert, "sent", true, arena, &ret->sent, err);
    for (size_t i = 0; status == OK && i < ARRAY_LEN(ALERT_WORDS); i++)
        status = read_word(alert, &ALERT_WORDS[i], arena, words[i], err);
    if (status == OK) status = read_references(alert, arena, ret, err);
    for (const xmlNode *n = alert->children; status == OK && n != NULL; n = n->next)
        if (is_element(n, "info") && ret->n_infos < CAP_INFOS)
            status = read_info(n, arena, &ret->infos[ret->n_infos++], err);
    return status;
}

/* --- the document --- */

static pthread_once_t once = PTHREAD_ONCE_INIT;

static enum status bad_xml(struct err *err, const char *why) {
    err_set(err, E_SYNTAX, "bad_xml", "%s", why);
    err_hint(err, "one CAP 1.2 message in UTF-8, without a document type");
    return E_SYNTAX;
}

enum status cap_read(str xml, struct arena *arena, struct cap_alert *ret, struct err *err) {
    *ret = (struct cap_alert){0};
    if (xml.len > CAP_BYTES) return err_set(err, E_TOO_LARGE, "too_large", "A CAP message has at most 256 KiB.");
    if (str_empty(xml) || !utf8_valid(xml)) return bad_xml(err, "This is no text in UTF-8.");
    if (str_find(xml, S("<!DOCTYPE"), 0) >= 0 || str_find(xml, S("<!ENTITY"), 0) >= 0)
        return bad_xml(err, "A document type and entities are not taken.");
    pthread_once(&once, xmlInitParser);
    int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA;
    /* the encoding is set: what the document says of its own is not followed */
    xmlDoc *doc = xmlReadMemory(xml.ptr, (int)xml.len, "cap.xml", "UTF-8", options);
    if (doc == NULL) return bad_xml(err, "This is no well-formed XML.");
    const xmlNode *root = xmlDocGetRootElement(doc);
    enum status status = OK;
    if (doc->intSubset != NULL || doc->extSubset != NULL)
        status = bad_xml(err, "A document type and entities are not taken.");
    else if (root == NULL || !is_element(root, "alert"))
        status = bad(err, "alert", "This is no alert of CAP 1.2.");
    else
        status = read_alert(root, arena, ret, err);
    xmlFreeDoc(doc);
    return status;
}
