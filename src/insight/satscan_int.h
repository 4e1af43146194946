/* Shared by the files that read SaTScan's. */
#ifndef YIWANG_INSIGHT_SATSCAN_INT_H
#define YIWANG_INSIGHT_SATSCAN_INT_H

#include "insight/satscan.h"

/* A date "1977", "1977/8", "1977/8/24" (or with -), at least as precise as asked; two digits are of the twentieth
 * century from 30 on. out: the middle of what is not said (July 1, the 15th). errors: false. */
bool satscan_day(str s, enum satscan_unit least, day *ret) MUST_USE;

#endif
