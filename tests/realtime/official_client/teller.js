// Connects as a teller with the official client, sends what it is told on the command line, prints the answers.
import { io } from "socket.io-client";

const [, , url, token, lists] = process.argv;
const socket = io(`${url}/telling`, { transports: ["websocket"], auth: { token }, reconnection: false });

socket.on("connect_error", (error) => {
  console.log(JSON.stringify({ refused: error.message, data: error.data }));
  process.exit(0);
});

socket.on("connect", async () => {
  const answers = [];
  for (const list of JSON.parse(lists)) answers.push(await socket.timeout(5000).emitWithAck("numbers", list));
  socket.disconnect();
  console.log(JSON.stringify({ answers }));
  process.exit(0);
});
