import { config } from './config'
import { Kaibo } from './kaibo'

export interface Shared { kaibo: Kaibo }

/** In demos a phone names itself, and keeps that name. */
function demoUser(): string {
  const kept = wx.getStorageSync<string>('demo_user')
  if (kept) return kept
  const made = `phone-${Math.random().toString(36).slice(2, 10)}`
  wx.setStorageSync('demo_user', made)
  return made
}

App<Shared & WechatMiniprogram.IAnyObject>({
  kaibo: new Kaibo({ baseUrl: config.baseUrl, demoUser: config.demo ? demoUser() : undefined, skipLogin: config.demo }),
})
