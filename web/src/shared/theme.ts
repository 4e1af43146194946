/** Light, dark or as the system; large text. Kept in this browser. */
import {ref, watchEffect} from 'vue'

export type Theme = 'auto' | 'light' | 'dark'
const kept = (key: string): string | null => { try { return localStorage.getItem(key) } catch { return null } }
const keep = (key: string, value: string): void => { try { localStorage.setItem(key, value) } catch { /* private window */ } }

export const theme = ref<Theme>((kept('yiwang.theme') as Theme | null) ?? 'auto')
export const largeText = ref(kept('yiwang.large') === '1')
export const isDark = ref(false)

const system = matchMedia('(prefers-color-scheme: dark)')
const apply = (): void => {
  isDark.value = theme.value === 'dark' || (theme.value === 'auto' && system.matches)
  document.documentElement.classList.toggle('dark', isDark.value)
  document.documentElement.classList.toggle('large', largeText.value)
}
system.addListener(apply) // addEventListener on media queries is newer than the oldest browser we serve
watchEffect(() => {
  apply()
  keep('yiwang.theme', theme.value)
  keep('yiwang.large', largeText.value ? '1' : '0')
})
