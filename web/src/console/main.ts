import '@/ui/base.css'
import './console.css'
import {createApp} from 'vue'
import {configure} from '@/shared/api'
import {loadCity} from '@/shared/city'
import {resume, session} from '@/shared/session'
import {loadWords, preferredLanguage, t} from '@/shared/words'
import {startFailed} from '@/shared/start'
import App from './App.vue'
import {router} from './router'

/** Fetches the page that the address names while the rest is still on its way. */
async function fetchPage(): Promise<void> {
  const part = router.resolve(location.hash.replace(/^#\/?$/, '').slice(1) || '/cases').matched[0]?.components?.default
  if (typeof part === 'function') await (part as () => Promise<unknown>)()
}

/** Words, city and session are there before anything is drawn; a server that is away is said so, with a way to try again. */
async function start(): Promise<void> {
  const lang = preferredLanguage()
  configure({language: lang, lost: () => { session.value = null; return undefined }})
  const words = loadWords(lang, ['console', 'insight'])
  void fetchPage().catch(() => undefined) // the router asks again, and says so
  try {
    await Promise.all([words, loadCity(lang), resume()])
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
