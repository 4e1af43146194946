/* OpenAPI 3.1 made from the route table, so that it cannot lag behind it. Schemas: schemas.json, built in. */
#include <string.h>

#include "api/api_int.h"
#include "schemas.h"

static void put_parameters(struct json_buf *w, const char *pattern) {
    json_add_key(w, "parameters");
    json_open_array(w);
    for (const char *at = pattern; (at = strchr(at, '{')) != NULL; at++) {
        const char *end = strchr(at, '}');
        check(end != NULL);
        json_open_object(w);
        json_put_str(w, "name", (str){at + 1, (size_t)(end - at - 1)});
        json_put_z(w, "in", "path");
        json_put_bool(w, "required", true);
        json_add_key(w, "schema");
        json_add_raw(w, S("{\"type\":\"string\"}"));
        json_close_object(w);
    }
    json_close_array(w);
}

/* Schemas that are no JSON: what they are sent as. */
static const struct {
    const char *name, *type;
    bool binary;
} MEDIA_TYPES[] = {{"binary", "image/*", true},
                   {"text", "text/plain", false},
                   {"events", "text/event-stream", false},
                   {"csv", "text/csv", false},
                   {"letter", "application/pdf", true},
                   {"svg", "image/svg+xml", false},
                   {"calendar", "text/calendar", false},
                   {"atom", "application/atom+xml", false},
                   {"cap", "application/cap+xml", false},
                   {"open311-xml", "text/xml", false},
                   {"open311-json", "application/json", false},
                   {"pmtiles", "application/vnd.pmtiles", true}};

static void put_schema(struct json_buf *w, const char *schema, bool is_text, bool binary) {
    json_add_key(w, "schema");
    json_open_object(w);
    if (is_text) {
        json_put_z(w, "type", "string");
        if (binary) json_put_z(w, "format", "binary");
    } else {
        struct strbuf ref;
        strbuf_init(&ref, 200);
        strbuf_addf(&ref, "#/components/schemas/%s", schema);
        json_put_str(w, "$ref", strbuf_str(&ref));
        strbuf_done(&ref);
    }
    json_close_object(w);
}

static void put_content(struct json_buf *w, const char *schema) {
    size_t i = 0;
    while (i < ARRAY_LEN(MEDIA_TYPES) && strcmp(schema, MEDIA_TYPES[i].name) != 0) i++;
    bool is_text = i < ARRAY_LEN(MEDIA_TYPES);
    json_add_key(w, "content");
    json_open_object(w);
    json_add_key(w, is_text ? MEDIA_TYPES[i].type : "application/json");
    json_open_object(w);
    put_schema(w, schema, is_text, is_text && MEDIA_TYPES[i].binary);
    json_close_object(w);
    json_close_object(w);
}

static void put_responses(struct json_buf *w, const struct http_route *r) {
    json_add_key(w, "responses");
    json_open_object(w);
    bool creates = r->handler == report_post || r->handler == media_post;
    json_add_key(w, r->response_schema[0] == '\0' ? "204" : creates ? "201" : "200");
    json_open_object(w);
    json_put_z(w, "description", r->summary);
    if (r->response_schema[0] != '\0') put_content(w, r->response_schema);
    json_close_object(w);
    json_add_key(w, "default");
    json_add_raw(
        w, S("{\"description\":\"A problem document (RFC 9457)\",\"content\":{\"application/problem+json\":{\"schema\":"
             "{\"$ref\":\"#/components/schemas/Problem\"}}}}"));
    json_close_object(w);
}

static void put_operation(struct json_buf *w, const struct http_route *r) {
    static const char *const METHODS[] = {
        [HTTP_GET] = "get", [HTTP_POST] = "post", [HTTP_PUT] = "put", [HTTP_DELETE] = "delete", [HTTP_HEAD] = "head"};
    json_add_key(w, METHODS[r->method]);
    json_open_object(w);
    json_put_z(w, "operationId", r->id);
    json_put_z(w, "summary", r->summary);
    put_parameters(w, r->pattern);
    if (r->request_schema[0] != '\0') {
        json_add_key(w, "requestBody");
        json_open_object(w);
        json_put_bool(w, "required", true);
        put_content(w, r->request_schema);
        json_close_object(w);
    }
    if (r->security[0] != '\0') {
        json_add_key(w, "security");
        json_add_raw(w, S("[{\"bearer\":[]},{\"session\":[]}]"));
    }
    put_responses(w, r);
    json_close_object(w);
}

static void put_paths(struct json_buf *w) {
    size_t n = 0;
    const struct http_route *routes = api_routes(&n);
    json_add_key(w, "paths");
    json_open_object(w);
    for (size_t i = 0; i < n; i++) {
        bool first = routes[i].id[0] != '\0';
        for (size_t k = 0; k < i; k++) first = first && strcmp(routes[k].pattern, routes[i].pattern) != 0;
        if (!first) continue;
        json_add_key(w, routes[i].pattern);
        json_open_object(w);
        for (size_t k = i; k < n; k++)
            if (strcmp(routes[k].pattern, routes[i].pattern) == 0) put_operation(w, &routes[k]);
        json_close_object(w);
    }
    json_close_object(w);
}

void openapi_print(const struct api *api, struct strbuf *out) {
    const struct city *city = app_city(api->app);
    struct json_buf w;
    json_buf_init(&w, out);
    json_open_object(&w);
    json_put_z(&w, "openapi", "3.1.0");
    json_add_key(&w, "info");
    json_open_object(&w);
    json_put_str(&w, "title", text_in(&city->label, 0));
    json_put_z(&w, "version", YIWANG_VERSION);
    json_put_z(&w, "summary", "Yiwang: reports, cases and places of one jurisdiction");
    json_close_object(&w);
    put_paths(&w);
    json_add_key(&w, "components");
    json_open_object(&w);
    json_add_key(&w, "securitySchemes");
    json_add_raw(
        &w,
        S("{\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\"},\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\","
          "\"name\":\"yiwang\"}}"));
    json_add_key(&w, "schemas");
    json_add_raw(&w, (str){schemas_json, schemas_json_len});
    json_close_object(&w);
    json_close_object(&w);
}

void openapi_get(struct http_call *call, void *ctx) {
    struct strbuf b;
    strbuf_init(&b, 1 << 20);
    openapi_print(ctx, &b);
    reply_json(call, 200, &b);
}
