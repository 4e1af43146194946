/* A package's procedures told to people who have to live by them. */
#ifndef YIWANG_CLI_EXPLAIN_H
#define YIWANG_CLI_EXPLAIN_H

#include "cli/wording.h"

/* Appends a procedure as text for a terminal: its states in order, under each its owner, its clock with the basis, the
 * ways on and the shortest way out; then its tasks. */
void explain_procedure(const struct wording *w, const struct procedure *p);
/* Appends the same as a section of a Markdown document with one Mermaid diagram for each machine. */
void explain_diagram(const struct wording *w, const struct procedure *p);

#endif
