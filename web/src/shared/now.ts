/** A clock for what is shown: ticks twice a minute, so that due times and ages stay true without work in between. */
import {ref} from 'vue'
import {clockNow, whenClockJumps} from './clock'

export const now = ref(clockNow())
setInterval(() => { now.value = clockNow() }, 30_000)
document.addEventListener('visibilitychange', () => { if (!document.hidden) now.value = clockNow() })
whenClockJumps(() => { now.value = clockNow() })
