/** The time by the server's clock where that is not the world's: a rehearsal lives by its own. */
const JUMP_MS = 2000 // what is less is how long the answer took
let ahead = 0, tell = (): void => undefined
export const clockNow = (): number => Date.now() + ahead
/** in: what the server says; whoever shows the time hears of a jump. */
export function setClock(serverMs: number): void {
  if (Math.abs(serverMs - clockNow()) < JUMP_MS) return
  ahead = serverMs - Date.now()
  tell()
}
export function whenClockJumps(f: () => void): void { tell = f }
