/** Small helpers of the resident's pages. Their words come from the server, as data- attributes of the elements. */

/** The word under data-NAME; {name} is replaced, "one|other" chooses by values.n. */
export function word(e: HTMLElement, name: string, values: Record<string, string | number> = {}): string {
  let text = e.dataset[name] ?? ''
  if (typeof values.n === 'number' && text.includes('|')) {
    const [one, other] = text.split('|') as [string, string]
    text = new Intl.PluralRules(document.documentElement.lang).select(values.n) === 'one' ? one : other
  }
  return text.replace(/\{(\w+)\}/g, (whole, key: string) => (key in values ? String(values[key]) : whole))
}

type Content = Node | string
/** An element with attributes and content. */
export function make<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Record<string, string> = {}, ...content: Content[]): HTMLElementTagNameMap[K] {
  const e = document.createElement(tag)
  for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v)
  e.append(...content)
  return e
}

/** A button that does something on this page. */
export function button(text: string, press: (b: HTMLButtonElement) => void, classes = 'button quiet small'): HTMLButtonElement {
  const b = make('button', {type: 'button', class: classes}, text)
  b.addEventListener('click', () => press(b))
  return b
}

export function empty(e: Element): void {
  while (e.firstChild) e.removeChild(e.firstChild)
}

let live: HTMLElement | null = null
/** Says a sentence to those who listen to the page. */
export function announce(text: string): void {
  if (!live) document.body.append(live = make('p', {class: 'visually-hidden', role: 'status'}))
  live.textContent = text
}

/** Runs the last of many calls, when they have stopped for a while. */
export function calm(ms: number, run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  return () => {
    clearTimeout(timer)
    timer = setTimeout(run, ms)
  }
}

/** A browser inside another app: the server marks the page. */
export const inApp = (): boolean => document.documentElement.classList.contains('in-app')
export const isDark = (): boolean => matchMedia('(prefers-color-scheme: dark)').matches

/** What this browser keeps; storage may be off. */
export function read<T>(key: string, otherwise: T): T {
  try {
    const text = localStorage.getItem('yiwang.' + key)
    return text === null ? otherwise : JSON.parse(text) as T
  } catch {
    return otherwise
  }
}

/** out: whether it was kept. */
export function keep(key: string, value: unknown): boolean {
  try {
    if (value === null) localStorage.removeItem('yiwang.' + key)
    else localStorage.setItem('yiwang.' + key, JSON.stringify(value))
    return true
  } catch {
    return false
  }
}
