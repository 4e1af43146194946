import {number} from '@/shared/format'
import {t} from '@/shared/words'

/** How far, as people say it. */
export function distanceWords(m: number): string {
  return m < 950 ? t('field.metres', {n: number(Math.max(10, Math.round(m / 10) * 10))}) : t('field.kilometres', {n: number(m / 1000, 1)})
}
