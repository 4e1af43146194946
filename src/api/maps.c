/* /api/v1/map: a PMTiles file of the house, and the tiles of map services. Pages talk to this server only: where somebody
 * looks is told to no other, and the key of a service stays here. */
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/api_int.h"
#include "api/tiles.h"

#define FETCH_THREADS 4
#define FETCH_QUEUE 128
#define FETCH_MS 8000
#define CACHE_BYTES ((size_t)64 << 20)
#define FRESH_MS (7 * MS_DAY)
#define KEY_MAX 256
#define MARGIN 0.25 /* of the city's box, around it */

struct base_maps {
    struct api *api;
    char *file; /* of PMTiles; it may come and go */
    char *data_dir;
    struct http_fetcher *fetcher;
    struct http_pool *pool;
    struct tiles *tiles;
};

static char *join(const char *dir, const char *name) {
    size_t n = strlen(dir) + strlen(name) + 2;
    char *path = malloc(n);
    check(path != NULL);
    snprintf(path, n, "%s/%s", dir, name);
    return path;
}

struct base_maps *base_maps_new(struct api *api, const struct api_files *files) {
    struct base_maps *m = calloc(1, sizeof *m);
    check(m != NULL);
    m->api = api;
    m->data_dir = strdup(files->data_dir);
    m->file = files->map != NULL ? strdup(files->map) : join(files->data_dir, "map.pmtiles");
    check(m->data_dir != NULL && m->file != NULL);
    m->fetcher = http_fetcher_new();
    m->pool = http_pool_start(FETCH_THREADS, FETCH_QUEUE);
    m->tiles = tiles_new(CACHE_BYTES);
    return m;
}

void base_maps_free(struct base_maps *m) {
    http_pool_stop(m->pool);
    http_fetcher_free(m->fetcher);
    tiles_free(m->tiles);
    free(m->file);
    free(m->data_dir);
    free(m);
}

/* --- the file --- */

static int open_file(const struct base_maps *m, struct stat *ret) {
    int fd = open(m->file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    if (fstat(fd, ret) == 0 && S_ISREG(ret->st_mode) && ret->st_size > 0) return fd;
    close(fd);
    return -1;
}

static str file_version(const struct stat *st, struct arena *arena) {
    return str_format(arena, "%llx-%llx-%llx", (unsigned long long)st->st_ino, (unsigned long long)st->st_size,
                      (unsigned long long)st->st_mtime);
}

/* ?v= names the file that is meant (/city tells which): so ranges of a file and of the one that replaced it never mix. */
void map_file(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct stat st;
    str asked = S("");
    struct err err = {0};
    int fd = open_file(api->maps, &st);
    if (fd < 0) {
        err_set(&err, E_NOT_FOUND, "no_map", "There is no offline map.");
        err_hint(&err, "Start the server with --map FILE.pmtiles.");
        reply_err(call, &err);
        return;
    }
    str version = file_version(&st, http_arena(call));
    http_query(call, "v", &asked);
    http_add_header(call, "ETag", str_format(http_arena(call), "\"%.*s\"", P(version)));
    http_add_header(call, "Cache-Control",
                    str_eq(asked, version) ? S("public, max-age=604800, immutable") : S("no-cache"));
    http_reply_fd(call, "application/vnd.pmtiles", fd, (size_t)st.st_size);
}

/* --- services --- */

/* The key of a service. out: false if it needs one and there is none. */
static bool read_key(const struct base_maps *m, const struct base_map *map, struct arena *arena, str *ret) {
    char bytes[KEY_MAX];
    *ret = S("");
    if (str_empty(map->key_file)) return true;
    const char *name = str_cstr(arena, map->key_file);
    char *path = name[0] == '/' ? strdup(name) : join(m->data_dir, name);
    check(path != NULL);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, bytes, sizeof bytes) : -1;
    if (fd >= 0) close(fd);
    free(path);
    if (n <= 0 || (size_t)n == sizeof bytes) return false;
    *ret = str_dup(arena, str_trim((str){bytes, (size_t)n}));
    return !str_empty(*ret) && utf8_valid(*ret);
}

struct map_offers map_offers(const struct api *api, struct arena *arena) {
    const struct city *city = app_city(api->app);
    struct map_offers offers = {.file = S("")};
    struct stat st;
    str key;
    int fd = open_file(api->maps, &st);
    if (fd >= 0) offers.file = file_version(&st, arena);
    if (fd >= 0) close(fd);
    for (size_t i = 0; i < city->n_base_maps; i++)
        if (read_key(api->maps, &city->base_maps[i], arena, &key)) offers.services |= 1U << i;
    return offers;
}

void put_map_offers(struct json_buf *w, const struct api *api, const struct map_offers *offers, size_t lang) {
    const struct city *city = app_city(api->app);
    json_add_key(w, "map");
    json_open_object(w);
    json_put_bool(w, "pmtiles", !str_empty(offers->file));
    json_put_str(w, "pmtiles_version", str_empty(offers->file) ? STR_NONE : offers->file);
    json_add_key(w, "wmts");
    json_open_array(w);
    for (size_t i = 0; i < city->n_base_maps; i++) {
        const struct base_map *m = &city->base_maps[i];
        if ((offers->services & 1U << i) == 0) continue;
        json_open_object(w);
        json_put_code(w, "name", &m->name);
        json_put_str(w, "label", text_in(&m->label, lang));
        json_put_i64(w, "zoom_min", m->zoom_min);
        json_put_i64(w, "zoom_max", m->zoom_max);
        json_put_str(w, "notice", str_empty(m->notice) ? STR_NONE : m->notice);
        json_close_object(w);
    }
    json_close_array(w);
    json_close_object(w);
}

struct tile_request {
    struct api *api;
    struct http_call *call;
    const struct base_map *map;
    int64_t z, x, y;
    digest key;
};

static double latitude_of(double y, double n) {
    return atan(sinh(M_PI * (1 - 2 * y / n))) * 180 / M_PI;
}

/* Whether the tile touches the city and its surroundings: nobody fetches the world through this server. */
static bool touches(const struct city *city, const struct tile_request *r) {
    struct point min, max;
    if (!city_box(city, &min, &max)) return false;
    lonlat low = lonlat_from_point(min), high = lonlat_from_point(max);
    double dx = (high.lon_deg - low.lon_deg) * MARGIN, dy = (high.lat_deg - low.lat_deg) * MARGIN;
    double n = (double)(INT64_C(1) << r->z), x = (double)r->x, y = (double)r->y;
    return (x + 1) / n * 360 - 180 >= low.lon_deg - dx && x / n * 360 - 180 <= high.lon_deg + dx &&
           latitude_of(y, n) >= low.lat_deg - dy && latitude_of(y + 1, n) <= high.lat_deg + dy;
}

static const struct base_map *find_map(const struct city *city, str name) {
    for (size_t i = 0; i < city->n_base_maps; i++)
        if (str_eq(name, str_code(&city->base_maps[i].name))) return &city->base_maps[i];
    return NULL;
}

static enum status read_tile(struct http_call *call, const struct city *city, struct tile_request *r, struct err *err) {
    r->map = find_map(city, http_param(call, "name"));
    if (r->map == NULL) return err_set(err, E_NOT_FOUND, "no_map", "There is no such map service.");
    bool ok = str_to_i64(http_param(call, "z"), &r->z) && str_to_i64(http_param(call, "x"), &r->x) &&
              str_to_i64(http_param(call, "y"), &r->y);
    ok = ok && r->z >= r->map->zoom_min && r->z <= r->map->zoom_max;
    ok = ok && r->x >= 0 && r->y >= 0 && r->x < INT64_C(1) << r->z && r->y < INT64_C(1) << r->z;
    if (!ok || !touches(city, r)) return err_set(err, E_NOT_FOUND, "no_tile", "There is no such tile here.");
    str pieces[] = {r->map->url, str_format(http_arena(call), "\n%d/%d/%d", (int)r->z, (int)r->x, (int)r->y)};
    r->key = sha256_pieces(pieces, ARRAY_LEN(pieces));
    return OK;
}

static enum status make_url(const struct tile_request *r, const char **ret, struct err *err) {
    struct arena *arena = http_arena(r->call);
    str key, rest = r->map->url;
    if (!read_key(r->api->maps, r->map, arena, &key))
        return err_set(err, E_NOT_FOUND, "no_map", "The key of this map service is missing.");
    struct strbuf b;
    strbuf_init(&b, 4096);
    for (size_t used; rest.len > 0; rest = str_slice(rest, used, rest.len)) {
        used = 3;
        if (str_starts(rest, S("{z}")))
            strbuf_add_i64(&b, r->z);
        else if (str_starts(rest, S("{x}")))
            strbuf_add_i64(&b, r->x);
        else if (str_starts(rest, S("{y}")))
            strbuf_add_i64(&b, r->y);
        else if (str_starts(rest, S("{key}")))
            strbuf_add_url(&b, key), used = 5;
        else
            strbuf_addc(&b, rest.ptr[0]), used = 1;
    }
    *ret = str_cstr(arena, strbuf_str(&b));
    bool ok = !b.overflow;
    strbuf_done(&b);
    return ok ? OK : err_set(err, E_BUSY, "upstream_failed", "The address of the tile is too long.");
}

static void send_tile(struct http_call *call, str bytes, const char *type) {
    http_add_header(call, "Cache-Control", S("public, max-age=86400"));
    http_reply(call, 200, type, bytes);
}

static enum status fetch(const struct tile_request *r, struct strbuf *body, struct http_fetched *ret, struct err *err) {
    const char *url = NULL;
    enum status status = make_url(r, &url, err);
    if (status == OK) status = http_fetch(r->api->maps->fetcher, url, FETCH_MS, body, ret, err);
    if (status != OK) return status;
    if (ret->status == 404) return err_set(err, E_NOT_FOUND, "no_tile", "There is no such tile here.");
    bool picture = str_starts(str_z(ret->type), S("image/"));
    if (ret->status == 200 && picture && body->len > 0) return OK;
    return err_set(err, E_BUSY, "upstream_failed", "The map service gave no tile (status %d).", ret->status);
}

static void fetch_work(void *ctx) {
    struct tile_request *r = ctx;
    struct tiles *tiles = r->api->maps->tiles;
    struct http_fetched got;
    struct strbuf body;
    struct err err = {0};
    str old;
    char type[64];
    instant now = app_now(r->api->app);
    strbuf_init(&body, TILE_BYTES_MAX);
    enum status status = fetch(r, &body, &got, &err);
    if (status == OK) {
        tiles_put(tiles, &r->key, strbuf_str(&body), got.type, now);
        send_tile(r->call, strbuf_str(&body), got.type);
    } else if (status == E_BUSY && tiles_get(tiles, &r->key, (instant){0}, http_arena(r->call), &old, type)) {
        send_tile(r->call, old, type); /* an old tile is better than none */
    } else {
        http_problem(r->call, &err);
    }
    strbuf_done(&body);
    http_resume(r->call);
}

void map_tile(struct http_call *call, void *ctx) {
    struct api *api = ctx;
    struct tile_request *r = NEW(http_arena(call), struct tile_request);
    struct err err = {0};
    str bytes;
    char type[64];
    *r = (struct tile_request){.api = api, .call = call};
    if (read_tile(call, app_city(api->app), r, &err) != OK) {
        reply_err(call, &err);
        return;
    }
    instant since = {app_now(api->app).ms - FRESH_MS};
    if (tiles_get(api->maps->tiles, &r->key, since, http_arena(call), &bytes, type)) {
        send_tile(call, bytes, type);
        return;
    }
    http_defer(call);
    if (http_pool_run(api->maps->pool, fetch_work, r, &err) == OK) return;
    http_problem(call, &err);
    http_resume(call);
}
