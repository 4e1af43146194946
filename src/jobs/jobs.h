/* Work that nobody asked for just now: clocks that come due, provisional due times, blobs nobody cites. */
#ifndef YIWANG_JOBS_JOBS_H
#define YIWANG_JOBS_JOBS_H

#include "app/app.h"

struct jobs;

/* Starts the thread that looks each second. in: app must outlive it. */
struct jobs *jobs_start(struct app *app);
void jobs_stop(struct jobs *j);
/* Whether timers stand still because the wall clock jumped by more than five minutes against the monotonic one. */
bool jobs_are_stopped(const struct jobs *j);
/* A person confirms that the clock is right: timers go on. */
void jobs_confirm_clock(struct jobs *j);
/* Puts the clock of a rehearsal forward. What comes due on the way happens when it is due; the rest of the rounds as if an
 * hour had passed between them. errors: E_INVALID not_a_rehearsal, backwards; E_STORAGE. */
enum status jobs_pass_to(struct jobs *j, instant until, struct err *err) MUST_USE;
/* One round of due timers; also what tests call. out: number of commands given. */
size_t jobs_run_timers(struct app *app, instant now);
/* Moves open cases out of areas that have ended; reads the package anew on the day on which one does. */
size_t jobs_run_redraw(struct app *app);
/* Recomputes cases whose due times are provisional. out: number of commands given. */
size_t jobs_run_recompute(struct app *app);

#endif
