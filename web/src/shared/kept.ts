/** Choices of this reader that stay in this browser: columns, saved views, layers of the map. */
import {ref, watch, type Ref} from 'vue'

/** A ref that is read from and written to local storage under the key. A value of another shape is dropped. */
export function kept<T>(key: string, initial: T): Ref<T> {
  let value = initial
  try {
    const text = localStorage.getItem('yiwang.' + key)
    if (text !== null) {
      const read = JSON.parse(text) as T
      if (typeof read === typeof initial && Array.isArray(read) === Array.isArray(initial)) value = read
    }
  } catch { /* storage is off, or the text is not ours */ }
  const r = ref(value) as Ref<T>
  watch(r, (v) => { try { localStorage.setItem('yiwang.' + key, JSON.stringify(v)) } catch { /* storage is off */ } }, {deep: true})
  return r
}
