import '@/ui/base.css'
import './field.css'
import {createApp, watchEffect} from 'vue'
import {startFailed} from '@/shared/start'
import {preferredLanguage, t} from '@/shared/words'
import App from './App.vue'
import {router} from './router'
import {keepShell} from './shell'
import {begin, sun} from './state'

async function start(): Promise<void> {
  try {
    await begin(preferredLanguage())
  } catch (e) {
    startFailed(e, () => void start())
    return
  }
  watchEffect(() => {
    document.title = t('field.title')
    document.documentElement.classList.toggle('sun', sun.value)
  })
  createApp(App).use(router).mount('#app')
  document.documentElement.setAttribute('data-started', '')
  void keepShell()
}
void start()
