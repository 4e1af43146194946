/** Which notices this reader wants. Few, and chosen. */
import {kept} from '@/shared/kept'

export const NOTICES = ['late', 'soon'] as const
export const notices = kept<string[]>('notices', ['late', 'soon'])
