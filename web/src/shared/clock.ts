/** The time by the server's clock where that is not the world's: a rehearsal lives by its own. */
let ahead = 0
export function setClock(serverMs: number): void { ahead = serverMs - Date.now() }
export const clockNow = (): number => Date.now() + ahead
