/** What the map's libraries call without asking and Chromium 80 lacks. Before them, in the map's part only: nothing of ours
 * calls these (web/build/oldest.mjs sees to it). */
const signal = AbortSignal.prototype as {throwIfAborted?: () => void}
signal.throwIfAborted ??= function throwIfAborted(this: AbortSignal): void {
  if (this.aborted) throw new DOMException('aborted', 'AbortError')
}
const object = Object as {hasOwn?: (o: object, key: PropertyKey) => boolean}
object.hasOwn ??= (o, key) => Object.prototype.hasOwnProperty.call(o, key)
export {}
