/** What a face shows when it cannot start. Without Vue, because nothing is mounted yet. */
import {problemText} from '@/shared/problem'
import {t} from '@/shared/words'

export function startFailed(e: unknown, again: () => void): void {
  const app = document.getElementById('app') as HTMLElement
  app.textContent = ''
  const p = document.createElement('p'), b = document.createElement('button')
  p.textContent = problemText(e)
  p.className = 'notice bad'
  p.setAttribute('role', 'alert')
  b.textContent = t('app.retry')
  b.className = 'button main'
  b.onclick = again
  app.append(p, b)
  document.documentElement.setAttribute('data-started', '')
}
