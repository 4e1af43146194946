#include "city/yamltree.h"

#include <string.h>
#include <yaml.h>

#include "base/map.h"

struct builder {
    yaml_parser_t parser;
    const struct yaml_source *src;
    size_t n_nodes;
    int depth;
};

static uint32_t line_of(const yaml_mark_t *mark) {
    return (uint32_t)mark->line + 1;
}

static void fault(struct builder *b, uint32_t line, const char *hint, const char *what) {
    findings_add(b->src->found, FINDING_ERROR, b->src->file, line, hint, "%s", what);
}

/* The next event. out: false, and an error added, if the bytes are no YAML. */
static bool next_event(struct builder *b, yaml_event_t *ret) {
    if (yaml_parser_parse(&b->parser, ret)) return true;
    const char *problem = b->parser.problem ? b->parser.problem : "not readable";
    findings_add(b->src->found, FINDING_ERROR, b->src->file, line_of(&b->parser.problem_mark), NULL, "No YAML: %s.",
                 problem);
    return false;
}

static str scalar_bytes(const yaml_event_t *e) {
    return (str){(const char *)e->data.scalar.value, e->data.scalar.length};
}

/* What the subset leaves out. out: NULL if the event is fine. */
static const char *refused(const yaml_event_t *e) {
    switch (e->type) {
    case YAML_ALIAS_EVENT:
        return "Aliases (*name) are not allowed.";
    case YAML_SCALAR_EVENT:
        if (e->data.scalar.anchor) return "Anchors (&name) are not allowed.";
        if (!utf8_valid(scalar_bytes(e))) return "A text holds the escape of a NUL.";
        return e->data.scalar.tag ? "Tags (!name) are not allowed." : NULL;
    case YAML_MAPPING_START_EVENT:
        if (e->data.mapping_start.anchor) return "Anchors (&name) are not allowed.";
        return e->data.mapping_start.tag ? "Tags (!name) are not allowed." : NULL;
    case YAML_SEQUENCE_START_EVENT:
        if (e->data.sequence_start.anchor) return "Anchors (&name) are not allowed.";
        return e->data.sequence_start.tag ? "Tags (!name) are not allowed." : NULL;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return NULL;
    }
    return NULL;
}

static struct yaml_node *build(struct builder *b, const yaml_event_t *e);

static void append(struct yaml_node *parent, struct yaml_node **last, struct yaml_node *child) {
    if (*last)
        (*last)->next = child;
    else
        parent->first = child;
    *last = child;
    parent->n++;
}

/* Reads one event and builds what it begins. out: NULL on error or at the end event of the parent (*ret_end). */
static struct yaml_node *build_next(struct builder *b, yaml_event_type_t end, bool *ret_end) {
    yaml_event_t e;
    *ret_end = false;
    if (!next_event(b, &e)) return NULL;
    *ret_end = e.type == end;
    struct yaml_node *child = *ret_end ? NULL : build(b, &e);
    yaml_event_delete(&e);
    return child;
}

static bool build_seq(struct builder *b, struct yaml_node *seq) {
    struct yaml_node *last = NULL;
    for (;;) {
        bool end;
        struct yaml_node *child = build_next(b, YAML_SEQUENCE_END_EVENT, &end);
        if (end) return true;
        if (!child) return false;
        append(seq, &last, child);
    }
}

/* A map's children; `seen` holds the keys so far. */
static bool build_members(struct builder *b, struct yaml_node *map, struct map *seen) {
    struct yaml_node *last = NULL;
    for (;;) {
        bool end;
        struct yaml_node *key = build_next(b, YAML_MAPPING_END_EVENT, &end);
        if (end) return true;
        if (!key) return false;
        if (key->type != YAML_SCALAR) {
            fault(b, key->line, NULL, "A key must be a plain word.");
            return false;
        }
        struct yaml_node *child = build_next(b, YAML_NO_EVENT, &end);
        if (!child) return false;
        child->key = key->text;
        child->line = key->line;
        if (map_set(seen, key->text, 0) == MAP_NONE)
            append(map, &last, child);
        else
            findings_add(b->src->found, FINDING_ERROR, b->src->file, key->line, "keep one of them",
                         "The key \"%.*s\" stands here twice.", P(key->text));
    }
}

static bool build_map(struct builder *b, struct yaml_node *map) {
    struct map seen;
    map_init(&seen);
    bool ok = build_members(b, map, &seen);
    map_done(&seen);
    return ok;
}

static struct yaml_node *build(struct builder *b, const yaml_event_t *e) {
    uint32_t line = line_of(&e->start_mark);
    const char *why = refused(e);
    if (!why && b->depth >= YAML_DEPTH_MAX) why = "Nested too deeply.";
    if (!why && b->n_nodes >= YAML_NODES_MAX) why = "Too many values in one file.";
    if (why) {
        fault(b, line, "write the value out", why);
        return NULL;
    }
    struct yaml_node *node = NEW(b->src->arena, struct yaml_node);
    node->line = line;
    b->n_nodes++;
    b->depth++;
    bool ok = true;
    if (e->type == YAML_SCALAR_EVENT) {
        node->text = str_dup(b->src->arena, scalar_bytes(e));
        node->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    } else if (e->type == YAML_SEQUENCE_START_EVENT) {
        node->type = YAML_SEQ;
        ok = build_seq(b, node);
    } else {
        check(e->type == YAML_MAPPING_START_EVENT);
        node->type = YAML_MAP;
        ok = build_map(b, node);
    }
    b->depth--;
    return ok ? node : NULL;
}

/* Takes an event that must be of the type. */
static bool expect(struct builder *b, yaml_event_type_t type, const char *what) {
    yaml_event_t e;
    if (!next_event(b, &e)) return false;
    bool ok = e.type == type;
    if (!ok) fault(b, line_of(&e.start_mark), NULL, what);
    yaml_event_delete(&e);
    return ok;
}

static struct yaml_node *build_document(struct builder *b) {
    if (!expect(b, YAML_STREAM_START_EVENT, "No YAML.")) return NULL;
    if (!expect(b, YAML_DOCUMENT_START_EVENT, "The file is empty.")) return NULL;
    bool end;
    struct yaml_node *root = build_next(b, YAML_NO_EVENT, &end);
    if (!root) return NULL;
    if (!expect(b, YAML_DOCUMENT_END_EVENT, "No YAML.")) return NULL;
    if (!expect(b, YAML_STREAM_END_EVENT, "Only one document to a file.")) return NULL;
    if (root->type == YAML_MAP) return root;
    fault(b, root->line, "begin with `key: value`", "The file must hold a map.");
    return NULL;
}

static uint32_t line_at(str text, size_t pos) {
    uint32_t line = 1;
    for (size_t i = 0; i < pos; i++) line += text.ptr[i] == '\n';
    return line;
}

enum status yaml_parse(str bytes, const struct yaml_source *src, const struct yaml_node **ret) {
    *ret = NULL;
    if (str_starts(bytes, S("\xEF\xBB\xBF"))) bytes = str_slice(bytes, 3, bytes.len);
    struct builder b = {.src = src};
    size_t valid = utf8_valid_len(bytes);
    if (valid < bytes.len) {
        fault(&b, line_at(bytes, valid), "save it as UTF-8", "Not UTF-8, or a NUL byte.");
        return E_SYNTAX;
    }
    check(yaml_parser_initialize(&b.parser));
    yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&b.parser, (const unsigned char *)(bytes.ptr ? bytes.ptr : ""), bytes.len);
    *ret = build_document(&b);
    yaml_parser_delete(&b.parser);
    return *ret ? OK : E_SYNTAX;
}
