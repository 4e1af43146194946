/** A refusal as a sentence for the reader: what happened and what to do. */
import {Problem} from './api'
import {t} from './words'

export function problemText(e: unknown): string {
  if (!(e instanceof Problem)) return t('problem.unknown')
  if (e.status === 0) return t('problem.unreachable')
  if (e.status === 409 && e.current) return t('problem.changed', {state: e.current.state_label})
  const known = t('problem.' + e.code)
  const text = known === 'problem.' + e.code ? e.message : known
  return [text || t('problem.unknown'), e.hint].filter(Boolean).join(' ')
}
