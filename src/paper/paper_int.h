/* Measures that both forms share. Of this folder only. */
#ifndef YIWANG_PAPER_PAPER_INT_H
#define YIWANG_PAPER_PAPER_INT_H

#include "paper/paper.h"

#define CELL_BESIDE_PT 4.0 /* free, from the rules of a table to its type */
#define CELL_ABOVE_PT 2.0
#define FOOTER_SIZE 0.875 /* of the page's number, in the text's */

#endif
