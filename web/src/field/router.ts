import {createRouter, createWebHashHistory} from 'vue-router'

/** Which of the five places at the bottom a page belongs to. */
export const PLACES: Record<string, string> = {tasks: 'tasks', case: 'tasks', patrol: 'patrol', report: 'report', outbox: 'outbox', receipt: 'outbox', me: 'me'}

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    {path: '/', name: 'tasks', component: () => import('./TasksPage.vue')},
    {path: '/case/:number', name: 'case', component: () => import('./CasePage.vue')},
    {path: '/patrol', name: 'patrol', component: () => import('./PatrolPage.vue')},
    {path: '/report', name: 'report', component: () => import('./ReportPage.vue')},
    {path: '/outbox', name: 'outbox', component: () => import('./OutboxPage.vue')},
    {path: '/receipt/:id', name: 'receipt', component: () => import('./ReceiptPage.vue')},
    {path: '/me', name: 'me', component: () => import('./MePage.vue')},
    {path: '/:rest(.*)*', redirect: '/'},
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? {left: 0, top: 0},
})
