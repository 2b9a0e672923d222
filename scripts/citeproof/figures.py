"""stub"""
from __future__ import annotations
from dataclasses import dataclass
TEXT_WIDTH=6.5
@dataclass(frozen=True)
class F:
    format:str='png'; is_vector:bool=False; w:int=600
def inspect(p):
    return F(p.suffix[1:], p.suffix in('.svg','.pdf'))
def printed_width(a,t,f): return t
def resolution(f,w): return None if f.is_vector else f.w/w
def colour_faults(p): return []
@dataclass(frozen=True)
class Wanted:
    format:str; dpi:int=300; width_in:float|None=None
def made(p,w): return p.read_bytes()
