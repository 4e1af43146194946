/// <reference types="vite/client" />
declare module '*.vue' {
  import type {DefineComponent} from 'vue'
  const component: DefineComponent<object, object, unknown>
  export default component
}
declare module 'echarts/lib/i18n/langZH.js' {
  const words: Parameters<typeof import('echarts/core')['registerLocale']>[1]
  export default words
}
declare module 'echarts/lib/i18n/langEN.js' {
  const words: Parameters<typeof import('echarts/core')['registerLocale']>[1]
  export default words
}
