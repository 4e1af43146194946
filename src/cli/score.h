/* yiwang score: every figure of the analysis, recomputed from data files, one section each. */
#ifndef YIWANG_CLI_SCORE_H
#define YIWANG_CLI_SCORE_H

#include "cli/cli.h"

struct board {
    const char *data; /* folder of the data files */
    struct strbuf *out;
    int held, missed, skipped;
};

/* A heading and what was used. */
void board_section(struct board *b, const char *title, const char *used);
/* A figure: measured against what is demanded. in: demand empty = none. A row of a Markdown table. */
void board_at_least(struct board *b, const char *name, double measured, double demand, int decimals);
void board_at_most(struct board *b, const char *name, double measured, double demand, int decimals);
void board_say(struct board *b, const char *name, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* A remark under the table. */
void board_note(struct board *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* CPU seconds of this thread. */
double cpu_now(void);
/* Reads a file of the data folder. errors: false, and the section says that it was skipped. */
bool board_file(struct board *b, const char *name, struct arena *arena, str *ret);

void score_texts(struct board *b); /* classifier */
void score_hotspots(struct board *b);
void score_counts(struct board *b);   /* forecast and alarms */
void score_likeness(struct board *b); /* near copies and topics */
void score_areas(struct board *b);

#endif
