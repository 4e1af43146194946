/** Keys of the console: single keys and "g then letter" for pages. Off while something is typed. */
import {onBeforeUnmount, onMounted, ref, type Ref} from 'vue'
import {pages, router} from './router'

export type Keys = Record<string, (e: KeyboardEvent) => void>

/** Whether what is typed belongs to a field of a form. */
export function isTyping(e: KeyboardEvent): boolean {
  const el = e.target as HTMLElement | null
  return !!el && (el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) && !/^(checkbox|radio|button)$/.test((el as HTMLInputElement).type ?? ''))
}

const stack: Keys[] = []
const pending = ref('')
let timer: ReturnType<typeof setTimeout> | undefined

function pageFor(letter: string): string | undefined {
  return pages.find((p) => p.meta?.key === 'g ' + letter && (p.meta.may?.() ?? true))?.path
}

function onKey(e: KeyboardEvent): void {
  if (e.ctrlKey || e.metaKey || e.altKey || (isTyping(e) && !/^F\d/.test(e.key)) || e.defaultPrevented) return
  if (document.querySelector('[aria-modal=true]') && e.key !== 'F9') return
  if (pending.value === 'g') {
    pending.value = ''
    const path = pageFor(e.key)
    if (path) { e.preventDefault(); void router.push(path) }
    return
  }
  // the page's own keys go before those of the frame
  for (let i = stack.length - 1; i >= 0; i--) {
    const act = stack[i]?.[e.key]
    if (act) { e.preventDefault(); act(e); return }
  }
  if (e.key === 'g') {
    pending.value = 'g'
    clearTimeout(timer)
    timer = setTimeout(() => { pending.value = '' }, 1500)
  }
}
addEventListener('keydown', onKey)

/** Keys that hold while the component is shown. */
export function useKeys(keys: Keys): {pending: Ref<string>} {
  onMounted(() => stack.push(keys))
  onBeforeUnmount(() => { stack.splice(stack.indexOf(keys), 1) })
  return {pending}
}
