/* Near copies and topics on the messages of the contest: read, compared, forgotten. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/map.h"
#include "cli/score.h"
#include "insight/likeness.h"
#include "insight/random.h"
#include "insight/topics.h"

#define MESSAGES_MAX 10000
#define TEAM "jesHrz/tipdm"
#define TEAM_TOPICS 5

struct corpus {
    struct arena arena;
    struct topic_message messages[MESSAGES_MAX];
    size_t n;
    struct map by_id;
    str *places;
    size_t n_places;
    str *sentences;
    size_t n_sentences;
};

static size_t column(const struct csv *c, const char *name) {
    for (size_t i = 0; i < c->n_fields; i++)
        if (str_is(c->fields[i], name)) return i;
    return 0;
}

static void read_messages(struct corpus *k, str text) {
    struct csv c;
    bool end = false;
    csv_init(&c, text, &k->arena);
    if (csv_next(&c, &end, NULL) != OK || end) return;
    size_t id = column(&c, "msg_id"), title = column(&c, "title"), body = column(&c, "body");
    size_t likes = column(&c, "likes"), dislikes = column(&c, "dislikes");
    while (k->n < MESSAGES_MAX && csv_next(&c, &end, NULL) == OK && !end) {
        int64_t up = 0, down = 0;
        if (!str_to_i64(c.fields[likes], &up) || !str_to_i64(c.fields[dislikes], &down)) up = down = 0;
        map_set(&k->by_id, c.fields[id], (uint32_t)k->n);
        k->messages[k->n++] = (struct topic_message){c.fields[title], c.fields[body], 1, (uint32_t)(up + down)};
    }
}

/* Names of places, without those of bare districts. */
static void read_places(struct corpus *k, str names, str bare) {
    struct map skip;
    str line, word;
    map_init(&skip);
    while (str_split(&bare, '\n', &line)) map_set(&skip, str_trim(line), 1);
    k->places = NEW_ARRAY(&k->arena, str, names.len / 4 + 1);
    while (str_split(&names, '\n', &line))
        if (str_split(&line, ' ', &word) && map_get(&skip, str_trim(word)) == MAP_NONE)
            k->places[k->n_places++] = str_trim(word);
    map_done(&skip);
}

/* --- topics ------------------------------------------------------------------------------------------------------------ */

struct team {
    uint32_t messages[TEAM_TOPICS][200];
    size_t n[TEAM_TOPICS];
};

static void read_team(struct corpus *k, str text, struct team *ret) {
    struct csv c;
    bool end = false;
    *ret = (struct team){0};
    csv_init(&c, text, &k->arena);
    while (csv_next(&c, &end, NULL) == OK && !end) {
        int64_t topic;
        if (c.n_fields < 3 || !str_is(c.fields[0], TEAM) || !str_to_i64(c.fields[1], &topic)) continue;
        uint32_t m = map_get(&k->by_id, c.fields[2]);
        if (m == MAP_NONE || topic < 1 || topic > TEAM_TOPICS || ret->n[topic - 1] == 200) continue;
        ret->messages[topic - 1][ret->n[topic - 1]++] = m;
    }
}

/* F1 of a topic against a team's. */
static double agreement(const struct topic *t, const uint32_t *theirs, size_t n) {
    size_t both = 0;
    for (size_t i = 0; i < t->n; i++)
        for (size_t k = 0; k < n; k++) both += t->messages[i] == theirs[k];
    return t->n + n > 0 ? 2.0 * (double)both / (double)(t->n + n) : 0;
}

static void score_topics(struct corpus *k, struct board *b, const struct team *team) {
    struct topic_input in = {k->messages, k->n, k->places, k->n_places};
    struct topic *topics;
    size_t n, found = 0;
    double begin = cpu_now();
    check(topics_find(&in, &k->arena, &topics, &n, NULL) == OK);
    double seconds = cpu_now() - begin;
    for (size_t g = 0; g < TEAM_TOPICS; g++) {
        double best = 0;
        size_t rank = 0;
        for (size_t i = 0; i < n; i++) {
            double f1 = agreement(&topics[i], team->messages[g], team->n[g]);
            if (f1 > best) best = f1, rank = i + 1;
        }
        found += rank > 0 && rank <= 6 && best >= 0.3;
        char name[80];
        snprintf(name, sizeof name, "topic %zu of " TEAM " (%zu messages)", g + 1, team->n[g]);
        board_say(b, name, "rank %zu here, F1 %.2f", rank, best);
    }
    board_at_least(b, "of its five topics among the first six here (F1 0.3 and more)", (double)found, 4, 0);
    board_say(b, "topics found", "%zu in %zu messages", n, k->n);
    board_at_most(b, "CPU for topics, s", seconds, 1.5, 2);
}

/* --- near copies ------------------------------------------------------------------------------------------------------- */

static void cut_sentences(struct corpus *k) {
    size_t max = 1;
    for (size_t i = 0; i < k->n; i++) max += k->messages[i].body.len / 3 + 1;
    k->sentences = NEW_ARRAY(&k->arena, str, max);
    for (size_t i = 0; i < k->n; i++) {
        str body = k->messages[i].body;
        size_t from = 0;
        for (ptrdiff_t at; (at = str_find(body, S("。"), from)) >= 0; from = (size_t)at + 3) {
            str s = str_trim(str_slice(body, from, (size_t)at));
            if (s.len >= 30) k->sentences[k->n_sentences++] = s;
        }
    }
}

/* A copy with 15 % of its letters replaced by others of the corpus. */
static str spoil(struct corpus *k, struct random *r, str text) {
    char *out = arena_alloc(&k->arena, text.len + text.len / 2 + 16, 1);
    size_t n = 0, room = text.len + text.len / 2 + 8;
    for (size_t pos = 0; pos < text.len && n + 4 < room;) {
        size_t from = pos, other = 0;
        utf8_next(text, &pos);
        str piece = str_slice(text, from, pos), s = k->sentences[random_below(r, (uint32_t)k->n_sentences)];
        if (random_below(r, 100) < 15) {
            utf8_next(s, &other);
            piece = str_slice(s, 0, other);
        }
        memcpy(out + n, piece.ptr, piece.len);
        n += piece.len;
    }
    return (str){out, n};
}

static void score_copies(struct corpus *k, struct board *b, size_t n, bool demanded) {
    struct arena_mark mark = arena_mark(&k->arena);
    struct random r = random_of(5, n);
    struct likeness_text *texts = NEW_ARRAY(&k->arena, struct likeness_text, n);
    for (size_t i = 0; i < n; i++) {
        str text = S("");
        uint32_t parts = 2 + random_below(&r, 4);
        for (uint32_t p = 0; p < parts; p++) {
            str next = k->sentences[random_below(&r, (uint32_t)k->n_sentences)];
            text = str_format(&k->arena, "%.*s%.*s。", P(text), P(next));
        }
        if (i % 50 == 49) text = spoil(k, &r, texts[i - 7].body);
        texts[i] = (struct likeness_text){S(""), text};
    }
    double begin = cpu_now();
    struct likeness *l = likeness_build(texts, n, &k->arena);
    double built = cpu_now() - begin;
    struct likeness_scratch *s = likeness_scratch_new(l, &k->arena);
    size_t found = 0, planted = 0;
    struct like near[10];
    begin = cpu_now();
    /* Of 400 000 every eighth copy is looked up: the others would say no more. */
    for (uint32_t i = 49; i<n; i += n> 200000 ? 400 : 50, planted++) {
        size_t m = likeness_near(l, s, i, 0.4, near, 10);
        for (size_t j = 0; j < m; j++) found += near[j].text == i - 7;
    }
    double us = (cpu_now() - begin) * 1e6 / (double)planted + built * 1e6 / (double)n;
    char name[100];
    snprintf(name, sizeof name, "planted copies found among %zu texts, %%", n);
    board_at_least(b, name, 100 * (double)found / (double)planted, 99, 2);
    snprintf(name, sizeof name, "µs a text at %zu (indexing %.0f)", n, built * 1e6 / (double)n);
    if (demanded)
        board_at_most(b, name, us, 200, 0);
    else
        board_say(b, name, "%.0f", us);
    arena_rewind(&k->arena, mark);
}

void score_likeness(struct board *b) {
    struct arena own;
    str messages, teams, places, bare;
    board_section(
        b, "Near copies and topics",
        "Messages of the same contest (hotspot_messages_dev) and the hot problems that two teams of it found. Near "
        "copies: texts made of two to five real sentences, every 50th a copy with 15 % of its letters replaced. The "
        "thresholds of topics were fitted on these messages by the study they come from: agreement, not a test.");
    arena_init(&own, (size_t)16 << 30);
    struct corpus *k = NEW(&own, struct corpus);
    arena_init(&k->arena, (size_t)16 << 30);
    map_init(&k->by_id);
    if (board_file(b, "teddy2020c/hotspot_messages_dev.csv", &k->arena, &messages) &&
        board_file(b, "teddy2020c/hotspot_team_clusters_dev.csv", &k->arena, &teams) &&
        board_file(b, "teddy2020c/teddy_placenames.txt", &k->arena, &places) &&
        board_file(b, "teddy2020c/teddy_adminnames.txt", &k->arena, &bare)) {
        struct team *team = NEW(&own, struct team);
        read_messages(k, messages);
        read_places(k, places, bare);
        read_team(k, teams, team);
        score_topics(k, b, team);
        cut_sentences(k);
        if (k->n_sentences > 100) {
            score_copies(k, b, 4000, false);
            score_copies(k, b, 100000, false);
            score_copies(k, b, 400000, true);
        }
    }
    map_done(&k->by_id);
    arena_done(&k->arena);
    arena_done(&own);
}
