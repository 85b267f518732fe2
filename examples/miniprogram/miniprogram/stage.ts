/** The right media for a ticket. */
import { KaiboError, Ticket } from './kaibo'
import { CssMedia, Media, Screen, TrtcMedia } from './media'
import { ZegoMedia } from './zego'

export function mediaFor(ticket: Ticket, screen: Screen): Media {
  switch (ticket.provider) {
    case 'css': return new CssMedia(screen)
    case 'trtc': return new TrtcMedia(screen)
    case 'zego': return new ZegoMedia(screen)
    default: throw new KaiboError(0, 'provider_other', `no media here for ${ticket.provider}`)
  }
}

/** A sentence for a person. */
export function sentence(error: unknown): string {
  return error instanceof KaiboError ? `${error.message}（${error.code}）` : String(error)
}
