/** The parts of ECharts that are used; loaded only when a chart is shown. The only file that knows ECharts. */
import {BarChart, FunnelChart, HeatmapChart, LineChart, PieChart} from 'echarts/charts'
import {DatasetComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent} from 'echarts/components'
import {init, registerLocale, use, type EChartsType} from 'echarts/core'
import {CanvasRenderer} from 'echarts/renderers'
import langEN from 'echarts/lib/i18n/langEN.js'
import langZH from 'echarts/lib/i18n/langZH.js'

use([BarChart, LineChart, PieChart, FunnelChart, HeatmapChart, GridComponent, TooltipComponent, LegendComponent, DatasetComponent, VisualMapComponent, CanvasRenderer])
registerLocale('ZH', langZH)
registerLocale('EN', langEN)

export type {EChartsType}
export const create = (box: HTMLElement, dark: boolean, lang: string): EChartsType => init(box, dark ? 'dark' : undefined, {locale: lang === 'zh' ? 'ZH' : 'EN'})
