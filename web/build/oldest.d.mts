/** out: what of a script Chromium 80 lacks, one line each. in: own = a source of ours, before it is compiled. */
export function newerScript(name: string, code: string, own?: boolean): string[]
/** out: what of a style sheet Chromium 80 lacks, one line each. */
export function newerStyle(name: string, css: string): string[]
/** The parts of a source that are script and style. */
export function partsOf(name: string, text: string): {script: string; style: string}
