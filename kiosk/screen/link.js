// The loopback WebSocket to the agent: whole displays in, touches out, reconnecting for ever.

/** @typedef {import("/protocol/messages").ToScreen} ToScreen */
/** @typedef {import("/protocol/messages").FromScreen} FromScreen */

const AGAIN_MS = 500;
const ALIVE_MS = 5000;
/** The agent's word that a newer page is here: this one stays silent. */
const REPLACED = 4001;

export class AgentLink {
  /**
   * @param {object} options
   * @param {string} options.url
   * @param {(message: ToScreen) => void} options.onMessage
   * @param {(up: boolean) => void} options.onChange
   * @param {() => FromScreen} options.alive what to say every five seconds
   */
  constructor({ url, onMessage, onChange, alive }) {
    this.url = url;
    this.onMessage = onMessage;
    this.onChange = onChange;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.connect();
    setInterval(() => this.send(alive()), ALIVE_MS);
  }

  connect() {
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.onopen = () => this.onChange(true);
    socket.onmessage = (event) => this.onMessage(JSON.parse(String(event.data)));
    socket.onclose = ({ code }) => {
      this.onChange(false);
      if (code === REPLACED) return;
      // On loopback there is nobody to spare: half a second is soon enough and often enough.
      setTimeout(() => this.connect(), AGAIN_MS);
    };
  }

  /**
   * Send now or never: a touch is meant for the screen of this moment, so nothing is queued.
   * @param {FromScreen} message
   */
  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }
}
