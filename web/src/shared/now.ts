/** A clock for what is shown: ticks twice a minute, so that due times and ages stay true without work in between. */
import {ref} from 'vue'

export const now = ref(Date.now())
setInterval(() => { now.value = Date.now() }, 30_000)
document.addEventListener('visibilitychange', () => { if (!document.hidden) now.value = Date.now() })
