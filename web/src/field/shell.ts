/** The app around the pages: its worker, a new version that waits for consent, and short messages. */
import {ref} from 'vue'

export const newVersion = ref(false)
export const message = ref('')
let waiting: ServiceWorker | null = null, asked = false, timer: ReturnType<typeof setTimeout> | undefined

/** Says something that has just happened; read out by screen readers, gone after some seconds. */
export function say(text: string): void {
  clearTimeout(timer)
  message.value = text
  timer = setTimeout(() => { message.value = '' }, 6000)
}

function offer(w: ServiceWorker | null): void {
  // without a page that an older version controls this is the first installation, which nobody needs to be asked about
  if (!w || !navigator.serviceWorker.controller) return
  waiting = w
  newVersion.value = true
}

/** Keeps the app on the phone, so that it opens without a network. */
export async function keepShell(): Promise<void> {
  if (import.meta.env.DEV || !('serviceWorker' in navigator)) return
  navigator.serviceWorker.addEventListener('controllerchange', () => { if (asked) location.reload() })
  try {
    const r = await navigator.serviceWorker.register('/field/sw.js', {scope: '/field/'})
    offer(r.waiting)
    r.addEventListener('updatefound', () => {
      const w = r.installing
      w?.addEventListener('statechange', () => { if (w.state === 'installed') offer(w) })
    })
    setInterval(() => { if (navigator.onLine) void r.update().catch(() => undefined) }, 3_600_000)
  } catch { /* no storage, or the server is away: the next start tries again */ }
}

export function takeOver(): void {
  asked = true
  waiting?.postMessage('take-over')
}

/** Set while the browser offers to install the app. */
export const installable = ref<{prompt(): Promise<void>} | null>(null)
addEventListener('beforeinstallprompt', (e) => {
  e.preventDefault()
  installable.value = e as unknown as {prompt(): Promise<void>}
})
addEventListener('appinstalled', () => { installable.value = null })
