/** Names of things that the city package has no words for. */
import {t} from '@/shared/words'

/** How a report came in. A channel that a city invented is shown by its code. */
export function channelName(code: string | null): string {
  if (!code) return ''
  const name = t('channel.' + code)
  return name === 'channel.' + code ? code : name
}


/** Name of a clock: of the handling, of a state, of the whole. in: labels of states by code. */
export function clockName(name: string, stateLabel: (code: string) => string): string {
  if (name.startsWith('state:')) return t('clock.name', {state: stateLabel(name.slice(6))})
  const known = t('clock.' + name)
  return known === 'clock.' + name ? t('clock.limit') : known
}
