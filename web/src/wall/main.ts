import '@/ui/base.css'
import './wall.css'
import {createApp, watchEffect} from 'vue'
import {configure} from '@/shared/api'
import {isDark} from '@/shared/theme'
import {loadWords, preferredLanguage} from '@/shared/words'
import WallRoot from './WallRoot.vue'
import {takeToken} from './token'

/** A wall is always dark, whatever this browser is set to elsewhere. */
watchEffect(() => {
  if (!isDark.value) isDark.value = true
  document.documentElement.classList.add('dark', 'wall')
}, {flush: 'sync'})

async function start(): Promise<void> {
  const lang = preferredLanguage(), token = takeToken()
  configure({language: lang, token})
  await loadWords(lang, ['wall'])
  createApp(WallRoot, {token, lang}).mount('#app')
  document.documentElement.setAttribute('data-started', '')
}
void start()
