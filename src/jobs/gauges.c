#include "jobs/gauges.h"

#include <errno.h>
#include <mosquitto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "city/yamltree.h"

#define FILE_MAX 65536
#define KEEPALIVE_S 30
#define RETRY_MAX_S 30
#define KEY_MAX 256

struct gauges {
    struct app *app;
    struct sensors *sensors;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping;
    struct arena arena; /* settings */
    const char *dir;
    struct mosquitto *line;
    str topic;
};

struct mqtt_settings {
    str host, topic, user, password_file, tls;
    int32_t port;
};

/* --- the broker --- */

static void on_connect(struct mosquitto *m, void *ctx, int rc) {
    struct gauges *g = ctx;
    sensors_mqtt(g->sensors, rc == 0);
    if (rc == 0)
        mosquitto_subscribe(m, NULL, str_cstr(&g->arena, g->topic), 1);
    else
        fprintf(stderr, "yiwang: the MQTT broker refuses the connection: %s\n", mosquitto_connack_string(rc));
}

static void on_disconnect(struct mosquitto *m, void *ctx, int rc) {
    struct gauges *g = ctx;
    (void)m, (void)rc;
    sensors_mqtt(g->sensors, false);
}

/* The last level of the topic, or nothing if it is no code. */
static code topic_code(const char *topic) {
    const char *last = strrchr(topic, '/');
    code ret = {0};
    (void)!code_from(str_z(last != NULL ? last + 1 : topic), &ret);
    return ret;
}

static void on_message(struct mosquitto *m, void *ctx, const struct mosquitto_message *message) {
    struct gauges *g = ctx;
    struct readings_taken taken;
    (void)m;
    if (message->payloadlen < 0) return;
    code topic = topic_code(message->topic);
    sensors_take(g->sensors, (str){message->payload, (size_t)message->payloadlen}, &topic, &taken);
}

static void close_file(FILE **f) {
    if (*f != NULL) fclose(*f);
}

/* A file of the data directory. out: empty if there is none. */
static str read_file(struct gauges *g, str name, size_t max) {
    char *path = str_cstr(&g->arena, str_format(&g->arena, "%s/%.*s", g->dir, P(name)));
    FILE *f CLEANUP(close_file) = fopen(path, "rb");
    if (f == NULL) return STR_NONE;
    char *bytes = NEW_ARRAY(&g->arena, char, max);
    return (str){bytes, fread(bytes, 1, max, f)};
}

static enum status bad(struct err *err, const char *what) {
    return err_set(err, E_INVALID, "bad_mqtt", "mqtt.yaml: %s", what);
}

static enum status read_settings(struct gauges *g, str text, struct mqtt_settings *m, struct err *err) {
    static const str langs[] = {S_INIT("zh")};
    struct findings found;
    struct strbuf report;
    const struct yaml_node *root = NULL;
    findings_init(&found, &g->arena);
    struct yaml_source src = {S("mqtt.yaml"), langs, 1, &g->arena, &found};
    *m = (struct mqtt_settings){.host = S(""), .topic = S(""), .user = S(""), .password_file = S(""), .tls = S("")};
    if (yaml_parse(text, &src, &root) == OK) {
        yaml_unknown_keys(&src, root, "host port topic user password_file tls");
        yaml_str(&src, root, "host", true, &m->host);
        yaml_i32(&src, root, "port", false, &m->port);
        yaml_str(&src, root, "topic", true, &m->topic);
        yaml_str(&src, root, "user", false, &m->user);
        yaml_str(&src, root, "password_file", !str_empty(m->user), &m->password_file);
        yaml_str(&src, root, "tls", false, &m->tls);
    }
    if (m->port == 0) m->port = str_empty(m->tls) ? 1883 : 8883;
    strbuf_init(&report, 4096);
    findings_print(&found, &report);
    enum status status = found.errors == 0 ? OK : bad(err, str_cstr(&g->arena, strbuf_str(&report)));
    strbuf_done(&report);
    return status;
}

static enum status set_password(struct gauges *g, const struct mqtt_settings *m, struct err *err) {
    if (str_empty(m->user)) return OK;
    struct stat st;
    char *path = str_cstr(&g->arena, str_format(&g->arena, "%s/%.*s", g->dir, P(m->password_file)));
    if (stat(path, &st) != 0) return bad(err, "the key file is missing");
    if ((st.st_mode & 077) != 0) return bad(err, "the key file can be read by others: chmod 600");
    char *key = str_cstr(&g->arena, str_trim(read_file(g, m->password_file, KEY_MAX)));
    if (mosquitto_username_pw_set(g->line, str_cstr(&g->arena, m->user), key) != MOSQ_ERR_SUCCESS)
        return bad(err, "user or key cannot be used");
    return OK;
}

static enum status connect_broker(struct gauges *g, const struct mqtt_settings *m, struct err *err) {
    const char *name = str_cstr(&g->arena, str_format(&g->arena, "yiwang-%s", app_city(g->app)->name.s));
    mosquitto_lib_init();
    g->topic = m->topic;
    g->line = mosquitto_new(name, false, g);
    if (g->line == NULL) return bad(err, "no memory");
    enum status status = set_password(g, m, err);
    if (status != OK) return status;
    char *authority = str_cstr(&g->arena, str_format(&g->arena, "%s/%.*s", g->dir, P(m->tls)));
    if (!str_empty(m->tls) && mosquitto_tls_set(g->line, authority, NULL, NULL, NULL, NULL) != MOSQ_ERR_SUCCESS)
        return bad(err, "the certificate of the authority (tls) cannot be used");
    mosquitto_connect_callback_set(g->line, on_connect);
    mosquitto_disconnect_callback_set(g->line, on_disconnect);
    mosquitto_message_callback_set(g->line, on_message);
    mosquitto_reconnect_delay_set(g->line, 1, RETRY_MAX_S, true);
    sensors_mqtt(g->sensors, false);
    /* a broker that is away is no fault: the loop goes on trying */
    int rc = mosquitto_connect_async(g->line, str_cstr(&g->arena, m->host), m->port, KEEPALIVE_S);
    if (rc == MOSQ_ERR_INVAL) return bad(err, "host or port cannot be used");
    return mosquitto_loop_start(g->line) == MOSQ_ERR_SUCCESS ? OK : bad(err, "the line cannot be started");
}

/* --- each second --- */

static void *run(void *ctx) {
    struct gauges *g = ctx;
    pthread_mutex_lock(&g->lock);
    while (!g->stopping) {
        pthread_mutex_unlock(&g->lock);
        sensors_work(g->sensors);
        pthread_mutex_lock(&g->lock);
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += 1;
        if (!g->stopping) pthread_cond_timedwait(&g->wake, &g->lock, &until);
    }
    pthread_mutex_unlock(&g->lock);
    return NULL;
}

static void free_gauges(struct gauges *g) {
    if (g->line != NULL) {
        mosquitto_disconnect(g->line);
        mosquitto_loop_stop(g->line, true);
        mosquitto_destroy(g->line);
        mosquitto_lib_cleanup();
    }
    pthread_cond_destroy(&g->wake);
    pthread_mutex_destroy(&g->lock);
    arena_done(&g->arena);
    free(g);
}

enum status gauges_start(struct app *app, struct sensors *sensors, const char *data_dir, struct gauges **ret,
                         struct err *err) {
    struct gauges *g = calloc(1, sizeof *g);
    struct mqtt_settings m;
    check(g != NULL);
    g->app = app;
    g->sensors = sensors;
    g->dir = data_dir;
    arena_init(&g->arena, 0);
    check(pthread_mutex_init(&g->lock, NULL) == 0 && pthread_cond_init(&g->wake, NULL) == 0);
    str text = read_file(g, S("mqtt.yaml"), FILE_MAX);
    enum status status = text.len > 0 ? read_settings(g, text, &m, err) : OK;
    if (status == OK && text.len > 0) status = connect_broker(g, &m, err);
    if (status != OK) {
        free_gauges(g);
        return status;
    }
    check(pthread_create(&g->thread, NULL, run, g) == 0);
    (void)pthread_setname_np(g->thread, "gauges");
    *ret = g;
    return OK;
}

void gauges_stop(struct gauges *g) {
    pthread_mutex_lock(&g->lock);
    g->stopping = true;
    pthread_cond_signal(&g->wake);
    pthread_mutex_unlock(&g->lock);
    pthread_join(g->thread, NULL);
    free_gauges(g);
}
