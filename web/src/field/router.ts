import {createRouter, createWebHashHistory} from 'vue-router'

declare module 'vue-router' {
  interface RouteMeta { tab?: string }
}

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    {path: '/', name: 'tasks', component: () => import('./TasksPage.vue'), meta: {tab: 'tasks'}},
    {path: '/case/:number', name: 'case', component: () => import('./CasePage.vue'), meta: {tab: 'tasks'}},
    {path: '/patrol', name: 'patrol', component: () => import('./PatrolPage.vue'), meta: {tab: 'patrol'}},
    {path: '/report', name: 'report', component: () => import('./ReportPage.vue'), meta: {tab: 'report'}},
    {path: '/outbox', name: 'outbox', component: () => import('./OutboxPage.vue'), meta: {tab: 'outbox'}},
    {path: '/receipt/:id', name: 'receipt', component: () => import('./ReceiptPage.vue'), meta: {tab: 'outbox'}},
    {path: '/me', name: 'me', component: () => import('./MePage.vue'), meta: {tab: 'me'}},
    {path: '/:rest(.*)*', redirect: '/'},
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? {left: 0, top: 0},
})
