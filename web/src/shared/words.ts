/** The words of the faces: one folder per language under src/words, one file per face in it. A language is added by adding
 * a folder. No library: it would take a quarter of what a resident's page may weigh. */
import {ref} from 'vue'

type Words = Record<string, string>
const files = import.meta.glob<{default: Words}>('../words/*/*.json')

/** Languages that have a folder, Chinese first. */
export const languages: string[] = [...new Set(Object.keys(files).map((p) => p.split('/')[2] as string))].sort((a, b) => (a === 'zh' ? -1 : b === 'zh' ? 1 : a < b ? -1 : 1))

export const language = ref('zh')
let words: Words = {}

/** The reader's language: chosen before, else the browser's, else Chinese. */
export function preferredLanguage(): string {
  const asked = new URLSearchParams(location.search).get('lang')
  const kept = /(?:^|; )lang=([a-z-]+)/i.exec(document.cookie)?.[1]
  for (const tag of [asked, kept, ...navigator.languages]) {
    const known = languages.find((l) => tag && tag.toLowerCase().split('-')[0] === l)
    if (known) return known
  }
  return languages[0] ?? 'zh'
}

/** Loads the words of a language for the faces named ("shared" always). */
export async function loadWords(lang: string, faces: string[]): Promise<void> {
  document.cookie = `lang=${lang}; Path=/; SameSite=Lax; Max-Age=31536000` // first: what is asked meanwhile is answered by it
  const parts = await Promise.all(['shared', ...faces].map(async (f) => (await files[`../words/${lang}/${f}.json`]?.())?.default ?? {}))
  words = Object.assign({}, ...parts) as Words
  language.value = lang
  document.documentElement.lang = lang
}

let rules: {of: string; select(n: number): string} | null = null
function plural(n: number): string {
  if (rules?.of !== language.value) {
    const made = new Intl.PluralRules(language.value)
    rules = {of: language.value, select: (x) => made.select(x)}
  }
  return rules.select(n)
}

/** The text of a key. {name} is replaced; a text "one|other" chooses by the plural rule of params.n. An unknown key shows
 * itself, and a test finds it. */
export function t(key: string, params: Record<string, string | number> = {}): string {
  void language.value // whoever renders is rendered again when the language changes
  let text = words[key] ?? key
  if (typeof params.n === 'number' && text.includes('|')) {
    const [one, other] = text.split('|') as [string, string]
    text = plural(params.n) === 'one' ? one : other
  }
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in params ? String(params[name]) : whole))
}
