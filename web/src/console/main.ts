import 'element-plus/theme-chalk/base.css'
import 'element-plus/theme-chalk/dark/css-vars.css'
import '@/ui/base.css'
import './console.css'
import {createApp} from 'vue'
import {configure} from '@/shared/api'
import {loadCity} from '@/shared/city'
import {resume, session} from '@/shared/session'
import {loadWords, preferredLanguage, t} from '@/shared/words'
import App from './App.vue'
import {router} from './router'
import {startFailed} from '@/shared/start'

/** Words, city and session are there before anything is drawn; a server that is away is said so, with a way to try again. */
async function start(): Promise<void> {
  const lang = preferredLanguage()
  configure({language: lang, lost: () => { session.value = null; return undefined }})
  await loadWords(lang, ['console', 'insight'])
  try {
    await Promise.all([loadCity(lang), resume()])
  } catch (e) {
    startFailed(e, () => void start())
    return
  }
  document.title = t('app.name')
  createApp(App).use(router).mount('#app')
  document.documentElement.setAttribute('data-started', '')
}
void start()
