/* A document as a file: PDF to print and to keep, DOCX to go on writing in WPS, LibreOffice or Word. Knows paragraphs, no
 * letters, no cases. The same document gives the same bytes, as long as fonts and libraries stay.
 *
 * cost: 10–60 ms and some megabytes for a letter of a page or two: run in a pool. Any thread. */
#ifndef YIWANG_PAPER_PAPER_H
#define YIWANG_PAPER_PAPER_H

#include "letter/document.h"

#define PAPER_BYTES_MAX ((size_t)16 << 20)
#define PAPER_PAGES_MAX 60

/* Office Open XML (ISO/IEC 29500, transitional). memory: appended to out. errors: E_TOO_LARGE letter_too_long; E_INTERNAL
 * paper_failed if a library refused. */
enum status paper_docx(const struct document *d, struct strbuf *out, struct err *err) MUST_USE;
/* PDF 1.5 with the fonts' used glyphs embedded and the text selectable. errors: as paper_docx. */
enum status paper_pdf(const struct document *d, struct strbuf *out, struct err *err) MUST_USE;

#endif
