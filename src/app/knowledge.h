/* The knowledge base: cases of a procedure with `articles` in a state in which they are in use. Found by what somebody says
 * on the telephone, while it is typed. */
#ifndef YIWANG_APP_KNOWLEDGE_H
#define YIWANG_APP_KNOWLEDGE_H

#include "app/app.h"

#define ARTICLES_SHOWN 20

struct article {
    code number, state, unit, category; /* category: of the case itself */
    str title[LANG_MAX], body[LANG_MAX];
    str sources, categories;
    instant changed, review; /* when its text was approved; when it is looked at again, or INSTANT_NONE */
    bool is_open;            /* residents may read it */
    double score;
};
struct article_query {
    str text, category; /* category: a key; may be empty */
    bool open_only;
    size_t limit; /* at most ARTICLES_SHOWN */
};
/* The articles that fit best, best first; without a text the newest. Texts live until the next reload of the shelf: they are
 * copied into the arena. cost: linear in the articles, about 2 µs each; what changed is read anew. */
enum status app_articles(struct app *app, const struct article_query *q, struct arena *arena, struct article **ret,
                         size_t *ret_n, struct err *err) MUST_USE;

struct shelf *shelf_new(void);
void shelf_free(struct shelf *s);

#endif
