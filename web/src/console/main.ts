import '@/ui/base.css'
import './console.css'
import {createApp} from 'vue'
import type {RouteLocation} from 'vue-router'
import {configure} from '@/shared/api'
import {loadCity} from '@/shared/city'
import {resume, session} from '@/shared/session'
import {loadWords, preferredLanguage, t} from '@/shared/words'
import {startFailed} from '@/shared/start'
import App from './App.vue'
import {router} from './router'

interface Page { readFirst?: (to: RouteLocation) => Promise<unknown> }

const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))
const PATIENCE_MS = 200 // a page with its content is drawn once; a slow one draws its frame first

/** Fetches the page that the address names while the rest is still on its way. out: asks for what that page will read first. */
async function fetchPage(): Promise<() => unknown> {
  const to = router.resolve(location.hash.replace(/^#\/?$/, '').slice(1) || '/cases'), part = to.matched[0]?.components?.default
  const page = typeof part === 'function' ? await (part as () => Promise<Page>)() : {}
  return () => page.readFirst?.(to)
}

/** Words, city and session are there before anything is drawn; a server that is away is said so, with a way to try again. */
async function start(): Promise<void> {
  const lang = preferredLanguage()
  configure({language: lang, lost: () => { session.value = null; return undefined }})
  const words = loadWords(lang, ['console', 'insight', 'duty'])
  const page = fetchPage().catch(() => () => undefined) // the router asks again, and says so
  try {
    await Promise.all([words, loadCity(lang), resume().then(async (known) => known && Promise.race([(await page)(), wait(PATIENCE_MS)]))])
  } catch (e) {
    await words.catch(() => undefined)
    startFailed(e, () => void start())
    return
  }
  document.title = t('app.name')
  createApp(App).use(router).mount('#app')
  document.documentElement.setAttribute('data-started', '')
}
void start()
