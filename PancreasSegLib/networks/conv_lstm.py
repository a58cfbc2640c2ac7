"""Convolutional LSTM cell with peepholes, run along a stack of slices."""

import torch
from torch import Tensor, nn

State = tuple[Tensor, Tensor]
"""Hidden state h and cell state c, (N, hidden, H, W) each."""


class ConvLSTM(nn.Module):
    """The cell of Shi et al. 2015 (arXiv 1506.04214), eq. (3); * convolution, . product:

        i = sigmoid(W_xi * x + W_hi * h + w_ci . c + b_i)
        f = sigmoid(W_xf * x + W_hf * h + w_cf . c + b_f)
        c' = f . c + i . tanh(W_xc * x + W_hc * h + b_c)
        o = sigmoid(W_xo * x + W_ho * h + w_co . c' + b_o)
        h' = o . tanh(c')

    The peephole weights w are one number per channel, where Shi et al. have one per pixel: those
    would fix the picture's size. The forget gate's bias starts at 1, the peepholes at 0.
    `kernel` is odd.
    """

    def __init__(self, in_channels: int, hidden: int, kernel: int = 3) -> None:
        super().__init__()
        self.hidden = hidden
        # Output channels of both convolutions: i, f, c, o, `hidden` each.
        self.from_input = nn.Conv2d(in_channels, 4 * hidden, kernel, padding=kernel // 2)
        self.from_hidden = nn.Conv2d(hidden, 4 * hidden, kernel, padding=kernel // 2, bias=False)
        self.peephole = nn.Parameter(torch.zeros(3, hidden, 1, 1))  # of i, f and o
        bias = torch.zeros(4, hidden)
        bias[1] = 1.0
        self.from_input.bias = nn.Parameter(bias.flatten())

    def forward(self, x: Tensor, window: int | None = None) -> Tensor:
        """Stack (N, T, in_channels, H, W) -> hidden states (N, T, hidden, H, W).

        With `window=None` the state runs through the whole stack from the first slice on. With
        `window=w`, slice t's state starts fresh at slice t - w + 1 (or at the first slice).
        """
        return self._whole_stack(x) if window is None else self._windowed(x, window)

    def step(self, x: Tensor, state: State | None = None) -> State:
        """One slice (N, in_channels, H, W) -> the next state; no state means a fresh one."""
        gates = self.from_input(x)
        return self._advance(gates, state or self._fresh(gates))

    def _whole_stack(self, x: Tensor) -> Tensor:
        # Slice by slice: the gates of all slices at once would be gigabytes for a large region.
        state: State | None = None
        hidden_states = []
        for slice_ in x.unbind(dim=1):
            state = self.step(slice_, state)
            hidden_states.append(state[0])
        return torch.stack(hidden_states, dim=1)

    def _windowed(self, x: Tensor, window: int) -> Tensor:
        """All windows at once, folded into the batch.

        Each turn lets every slice t see slice t - distance. Slices nearer to the start than that
        have nothing to see yet; they join the batch, with a fresh state, once they have.
        """
        # All slices at once: one large convolution is cheaper than T small ones.
        gates = self.from_input(x.flatten(0, 1)).unflatten(0, x.shape[:2])
        slices = gates.shape[1]
        farthest = min(window, slices) - 1
        h, c = self._fresh(gates[:, farthest + 1 :])
        fresh_h, fresh_c = self._fresh(gates[:, :1])
        for distance in range(farthest, -1, -1):
            seen = gates[:, : slices - distance]
            joined = torch.cat([fresh_h, h], dim=1), torch.cat([fresh_c, c], dim=1)
            state = joined[0].flatten(0, 1), joined[1].flatten(0, 1)
            h, c = (
                s.unflatten(0, seen.shape[:2]) for s in self._advance(seen.flatten(0, 1), state)
            )
        return h

    def _advance(self, gates: Tensor, state: State) -> State:
        """The equations, from the input's share of the gates (N, 4 * hidden, H, W)."""
        h, c = state
        i, f, candidate, o = (gates + self.from_hidden(h)).chunk(4, dim=1)
        peephole_i, peephole_f, peephole_o = self.peephole
        i = torch.sigmoid(i + peephole_i * c)
        f = torch.sigmoid(f + peephole_f * c)
        c = f * c + i * torch.tanh(candidate)
        o = torch.sigmoid(o + peephole_o * c)
        return o * torch.tanh(c), c

    def _fresh(self, gates: Tensor) -> State:
        zeros = torch.zeros_like(gates[..., : self.hidden, :, :])
        return zeros, zeros
