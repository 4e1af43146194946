/* An Aho–Corasick automaton over the folded words; evidence is length times rarity.
 *
 * A word that many categories share says little: its weight is divided among them. A word inside a longer one that was
 * also found counts only once, for the longer. Latin words count at word borders only, a plural s allowed.
 * source: Aho, Corasick 1975; the weighing is our own and measured by tests/unit/insight/test_classify.c. */
#include "insight/classify.h"

#include <math.h>
#include <string.h>

#include "insight/fold.h"

enum target_kind { TARGET_CATEGORY, TARGET_CONDITION, TARGET_CHANNEL };

struct target {
    enum target_kind kind;
    uint32_t index;
    float weight;  /* a name counts less than a word the city chose */
    uint32_t next; /* next target of the same word, or NONE */
};

struct node {
    uint32_t fail, depth;
    uint32_t targets; /* first target that ends here, or NONE */
    uint32_t output;  /* nearest suffix with targets, or NONE */
    uint32_t sharers; /* categories that share the word */
    uint32_t first_child, next_sibling;
    uint8_t byte;
};

struct edge {
    uint64_t key; /* state << 8 | byte, +1 so that 0 is free */
    uint32_t to;
};

struct classifier {
    const struct city *city;
    struct node *nodes;
    size_t n_nodes, cap_nodes;
    struct target *targets;
    size_t n_targets, cap_targets;
    struct edge *edges;
    size_t cap_edges;
    uint32_t root_next[256];
    struct arena *arena;
};

#define HITS_MAX 256
#define WEIGHT_NAME 0.6f
#define WEIGHT_WORD 1.0f
/* Evidence at which confidence is half of the share: one two-character word is thin, two are fair. */
#define EVIDENCE_HALF 1.2

struct hit {
    uint32_t node;
    size_t start, end; /* bytes of the folded text */
};

static uint32_t find_edge(const struct classifier *c, uint32_t state, uint8_t byte) {
    if (state == 0) return c->root_next[byte];
    uint64_t key = ((uint64_t)state << 8 | byte) + 1;
    for (size_t i = (size_t)(key * 0x9E3779B97F4A7C15u >> 20);; i++) {
        const struct edge *e = &c->edges[i & (c->cap_edges - 1)];
        if (e->key == key) return e->to;
        if (e->key == 0) return NONE;
    }
}

static void add_edge(struct classifier *c, uint32_t state, uint8_t byte, uint32_t to) {
    uint64_t key = ((uint64_t)state << 8 | byte) + 1;
    for (size_t i = (size_t)(key * 0x9E3779B97F4A7C15u >> 20);; i++) {
        struct edge *e = &c->edges[i & (c->cap_edges - 1)];
        if (e->key != 0) continue;
        *e = (struct edge){key, to};
        return;
    }
}

static uint32_t add_node(struct classifier *c, uint32_t parent, uint8_t byte) {
    check(c->n_nodes < c->cap_nodes);
    uint32_t id = (uint32_t)c->n_nodes++;
    c->nodes[id] = (struct node){.depth = c->nodes[parent].depth + 1,
                                 .targets = NONE,
                                 .output = NONE,
                                 .byte = byte,
                                 .first_child = NONE,
                                 .next_sibling = c->nodes[parent].first_child};
    c->nodes[parent].first_child = id;
    if (parent == 0)
        c->root_next[byte] = id;
    else
        add_edge(c, parent, byte, id);
    return id;
}

static void add_word(struct classifier *c, str word, struct target target) {
    str folded = text_fold(c->arena, str_trim(word));
    if (folded.len < 2) return;
    uint32_t state = 0;
    for (size_t i = 0; i < folded.len; i++) {
        uint8_t byte = (uint8_t)folded.ptr[i];
        uint32_t next = find_edge(c, state, byte);
        state = next == NONE ? add_node(c, state, byte) : next;
    }
    for (uint32_t t = c->nodes[state].targets; t != NONE; t = c->targets[t].next) {
        struct target *old = &c->targets[t];
        if (old->kind != target.kind || old->index != target.index) continue;
        if (old->weight < target.weight) old->weight = target.weight;
        return;
    }
    check(c->n_targets < c->cap_targets);
    target.next = c->nodes[state].targets;
    c->nodes[state].targets = (uint32_t)c->n_targets;
    c->targets[c->n_targets++] = target;
    c->nodes[state].sharers++;
}

/* Breadth first: the failure link of a node is known once its parent's is. */
static void link_failures(struct classifier *c) {
    uint32_t *queue = NEW_ARRAY(c->arena, uint32_t, c->n_nodes);
    size_t head = 0, tail = 0;
    for (uint32_t k = c->nodes[0].first_child; k != NONE; k = c->nodes[k].next_sibling) queue[tail++] = k;
    while (head < tail) {
        uint32_t id = queue[head++];
        for (uint32_t k = c->nodes[id].first_child; k != NONE; k = c->nodes[k].next_sibling) {
            uint32_t f = c->nodes[id].fail, to;
            while ((to = find_edge(c, f, c->nodes[k].byte)) == NONE && f != 0) f = c->nodes[f].fail;
            c->nodes[k].fail = to == NONE ? 0 : to;
            queue[tail++] = k;
        }
        uint32_t fail = c->nodes[id].fail;
        c->nodes[id].output = c->nodes[fail].targets != NONE ? fail : c->nodes[fail].output;
    }
}

static size_t count_bytes(const struct city *city, size_t *ret_words) {
    size_t bytes = 0, words = 0;
    for (size_t i = 0; i < city->n_categories; i++) {
        const struct category *k = &city->categories[i];
        for (size_t l = 0; l < city->n_langs; l++) bytes += k->name.in[l].len, words++;
        for (size_t w = 0; w < k->n_words; w++) bytes += k->words[w].len, words++;
    }
    for (size_t i = 0; i < city->n_conditions; i++)
        for (size_t w = 0; w < city->conditions[i].n_words; w++) bytes += city->conditions[i].words[w].len, words++;
    for (size_t i = 0; i < city->n_channels; i++)
        for (size_t w = 0; w < city->channels[i].n_words; w++) bytes += city->channels[i].words[w].len, words++;
    *ret_words = words;
    return bytes * 3 + 1;
}

static void add_city_words(struct classifier *c, const struct city *city) {
    for (uint32_t i = 0; i < city->n_categories; i++) {
        const struct category *k = &city->categories[i];
        if (code_empty(&k->procedure)) continue; /* a heading, never chosen */
        const struct procedure *p = city_procedure(city, str_code(&k->procedure));
        if (p != NULL && p->file_posts != 0) continue; /* chosen by those who may file it, never by words */
        for (size_t l = 0; l < city->n_langs; l++)
            add_word(c, k->name.in[l], (struct target){TARGET_CATEGORY, i, WEIGHT_NAME, NONE});
        for (size_t w = 0; w < k->n_words; w++)
            add_word(c, k->words[w], (struct target){TARGET_CATEGORY, i, WEIGHT_WORD, NONE});
    }
    for (uint32_t i = 0; i < city->n_conditions; i++)
        for (size_t w = 0; w < city->conditions[i].n_words; w++)
            add_word(c, city->conditions[i].words[w], (struct target){TARGET_CONDITION, i, WEIGHT_WORD, NONE});
    for (uint32_t i = 0; i < city->n_channels; i++)
        for (size_t w = 0; w < city->channels[i].n_words; w++)
            add_word(c, city->channels[i].words[w], (struct target){TARGET_CHANNEL, i, WEIGHT_WORD, NONE});
}

struct classifier *classifier_build(const struct city *city, struct arena *arena) {
    struct classifier *c = NEW(arena, struct classifier);
    size_t words = 0;
    c->city = city;
    c->arena = arena;
    c->cap_nodes = count_bytes(city, &words) + 1;
    c->nodes = NEW_ARRAY(arena, struct node, c->cap_nodes);
    c->cap_targets = words + 1;
    c->targets = NEW_ARRAY(arena, struct target, c->cap_targets);
    for (c->cap_edges = 1024; c->cap_edges < c->cap_nodes * 2;) c->cap_edges *= 2;
    c->edges = NEW_ARRAY(arena, struct edge, c->cap_edges);
    memset(c->root_next, 0xFF, sizeof c->root_next);
    c->nodes[0] = (struct node){.targets = NONE, .output = NONE, .first_child = NONE, .next_sibling = NONE};
    c->n_nodes = 1;
    add_city_words(c, city);
    link_failures(c);
    return c;
}

static bool is_word_byte(char b) {
    return (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9');
}

/* Latin words count at word borders only. */
static bool at_borders(str text, size_t start, size_t end) {
    if (is_word_byte(text.ptr[start]) && start > 0 && is_word_byte(text.ptr[start - 1])) return false;
    if (!is_word_byte(text.ptr[end - 1]) || end == text.len || !is_word_byte(text.ptr[end])) return true;
    bool plural = text.ptr[end] == 's' && (end + 1 == text.len || !is_word_byte(text.ptr[end + 1]));
    return plural;
}

static size_t find_hits(const struct classifier *c, str text, struct hit *hits) {
    size_t n = 0;
    uint32_t state = 0;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = (uint8_t)text.ptr[i];
        uint32_t to;
        while ((to = find_edge(c, state, byte)) == NONE && state != 0) state = c->nodes[state].fail;
        state = to == NONE ? 0 : to;
        uint32_t o = c->nodes[state].targets != NONE ? state : c->nodes[state].output;
        for (; o != NONE && n < HITS_MAX; o = c->nodes[o].output) {
            size_t start = i + 1 - c->nodes[o].depth;
            if (at_borders(text, start, i + 1)) hits[n++] = (struct hit){o, start, i + 1};
        }
    }
    return n;
}

/* Whether a longer hit covers this one, or the same word was found before. */
static bool is_covered(const struct hit *hits, size_t n, size_t i) {
    for (size_t k = 0; k < n; k++) {
        if (k == i) continue;
        bool inside = hits[k].start <= hits[i].start && hits[k].end >= hits[i].end;
        if (inside && hits[k].end - hits[k].start > hits[i].end - hits[i].start) return true;
        if (k < i && hits[k].node == hits[i].node) return true;
    }
    return false;
}

struct score {
    uint32_t index;
    double value;
};
/* A common word ("broken") points to hundreds of conditions: each is found by its index, not by looking for it. */
struct scores {
    double *value;   /* by index; 0 = not met */
    uint32_t *order; /* indices as they were met */
    size_t n;
};

static struct scores scores_new(size_t n, struct arena *arena) {
    return (struct scores){NEW_ARRAY(arena, double, n), NEW_ARRAY(arena, uint32_t, n), 0};
}

static void scores_add(struct scores *s, uint32_t index, double value) {
    if (s->value[index] == 0) s->order[s->n++] = index;
    s->value[index] += value;
}

static void scores_best(const struct scores *s, struct score *best, struct score *second) {
    *best = *second = (struct score){NONE, 0};
    for (size_t i = 0; i < s->n; i++) {
        struct score at = {s->order[i], s->value[s->order[i]]};
        if (at.value > best->value) {
            *second = *best;
            *best = at;
        } else if (at.value > second->value) {
            *second = at;
        }
    }
}

struct evidence {
    struct scores categories, conditions, channels;
};

static double hit_weight(const struct classifier *c, str text, const struct hit *h) {
    double chars = (double)utf8_count(str_slice(text, h->start, h->end));
    if ((uint8_t)text.ptr[h->start] < 0x80) chars /= 2.5; /* a Latin letter says less than a Chinese character */
    return sqrt(chars) / (double)c->nodes[h->node].sharers;
}

static void weigh(const struct classifier *c, str text, const struct hit *h, struct evidence *e) {
    double weight = hit_weight(c, text, h);
    for (uint32_t t = c->nodes[h->node].targets; t != NONE; t = c->targets[t].next) {
        const struct target *target = &c->targets[t];
        double value = weight * (double)target->weight;
        switch (target->kind) {
        case TARGET_CATEGORY:
            scores_add(&e->categories, target->index, value);
            break;
        case TARGET_CONDITION:
            scores_add(&e->conditions, target->index, value);
            scores_add(&e->categories, c->city->conditions[target->index].category, value);
            break;
        case TARGET_CHANNEL:
            scores_add(&e->channels, target->index, value);
            break;
        }
    }
}

static uint32_t best_condition(const struct classifier *c, uint32_t category, const struct scores *conditions) {
    const struct category *k = &c->city->categories[category];
    uint32_t best = k->n_conditions == 1 ? k->first_condition : NONE;
    double value = 0;
    for (size_t i = 0; i < conditions->n; i++) {
        uint32_t index = conditions->order[i];
        if (c->city->conditions[index].category != category || conditions->value[index] <= value) continue;
        value = conditions->value[index];
        best = index;
    }
    return best;
}

static bool points_to(const struct classifier *c, uint32_t node, const struct suggestion *s) {
    for (uint32_t t = c->nodes[node].targets; t != NONE; t = c->targets[t].next) {
        const struct target *target = &c->targets[t];
        if (target->kind == TARGET_CATEGORY && target->index == s->category) return true;
        if (target->kind == TARGET_CONDITION && c->city->conditions[target->index].category == s->category) return true;
        if (target->kind == TARGET_CHANNEL && target->index == s->channel) return true;
    }
    return false;
}

static str deciding_words(const struct classifier *c, str text, const struct hit *hits, size_t n,
                          const struct suggestion *s, struct arena *arena) {
    struct strbuf words;
    strbuf_init(&words, 400);
    for (size_t i = 0; i < n; i++) {
        if (is_covered(hits, n, i) || !points_to(c, hits[i].node, s)) continue;
        if (words.len > 0) strbuf_addc(&words, ' ');
        strbuf_add(&words, str_slice(text, hits[i].start, hits[i].end));
    }
    str ret = str_dup(arena, strbuf_str(&words));
    strbuf_done(&words);
    return ret;
}

/* What the words of a text speak for. in: folded text. out: *ret_n hits. */
static struct evidence gather(const struct classifier *c, str folded, struct arena *arena, struct hit **ret_hits,
                              size_t *ret_n) {
    struct hit *hits = NEW_ARRAY(arena, struct hit, HITS_MAX);
    struct evidence e = {.categories = scores_new(c->city->n_categories, arena),
                         .conditions = scores_new(c->city->n_conditions, arena),
                         .channels = scores_new(c->city->n_channels, arena)};
    size_t n = find_hits(c, folded, hits);
    for (size_t i = 0; i < n; i++)
        if (!is_covered(hits, n, i)) weigh(c, folded, &hits[i], &e);
    *ret_hits = hits;
    *ret_n = n;
    return e;
}

static int32_t confidence_of(double value, double other) {
    return (int32_t)lround(1000 * (value / (value + other)) * value / (value + EVIDENCE_HALF / 2));
}

size_t classify_candidates(const struct classifier *c, str text, struct arena *arena, struct candidate *ret,
                           size_t max) {
    struct hit *hits;
    size_t n_hits, n = 0;
    struct evidence e = gather(c, text_fold(arena, text), arena, &hits, &n_hits);
    double best = 0, second = 0;
    for (; n < max; n++) {
        struct score first, next;
        scores_best(&e.categories, &first, &next);
        if (first.index == NONE) break;
        if (n == 0) best = first.value, second = next.value;
        ret[n] = (struct candidate){first.index, confidence_of(first.value, n == 0 ? second : best)};
        e.categories.value[first.index] = 0;
    }
    return n;
}

struct suggestion classify(const struct classifier *c, str text, struct arena *arena) {
    str folded = text_fold(arena, text);
    struct hit *hits;
    size_t n;
    struct evidence e = gather(c, folded, arena, &hits, &n);
    struct score best, second, channel, other;
    scores_best(&e.categories, &best, &second);
    scores_best(&e.channels, &channel, &other);
    struct suggestion s = {.category = city_category(c->city, str_code(&c->city->default_category)),
                           .condition = NONE,
                           .second = second.index,
                           .channel = channel.value > best.value ? channel.index : NONE};
    if (best.index != NONE) {
        s.category = best.index;
        s.confidence = confidence_of(best.value, second.value);
    }
    if (s.category != NONE) s.condition = best_condition(c, s.category, &e.conditions);
    s.words = deciding_words(c, folded, hits, n, &s, arena);
    return s;
}
