// Writes the figures of options.json.gz: a small network under options of activation, inhibition
// and learning that the other figures leave at their defaults, spiking neurons, and ring codes.
//
// Made with the original, leabra v1.2.8 and emergent v1.3.52 (Go 1.21, amd64):
//
//	go run options.go options.json && gzip -9n options.json
package main

import (
	"encoding/json"
	"os"

	"github.com/emer/emergent/emer"
	"github.com/emer/emergent/params"
	"github.com/emer/emergent/popcode"
	"github.com/emer/emergent/prjn"
	"github.com/emer/etable/etensor"
	"github.com/emer/leabra/leabra"
	"github.com/emer/leabra/spike"
)

type object map[string]interface{}

// Rule is a selector with what it sets.
type Rule struct {
	Sel    string
	Params map[string]string
}

// Case is a set of rules under a name.
type Case struct {
	Name  string
	Rules []Rule
}

func one(name, sel string, pairs ...string) Case {
	set := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		set[pairs[i]] = pairs[i+1]
	}
	return Case{name, []Rule{{sel, set}}}
}

var base = []Rule{
	{"Layer", map[string]string{"Layer.Act.Gbar.L": "0.2"}},
	{".Back", map[string]string{"Prjn.WtScale.Rel": "0.3"}},
	{".Inhib", map[string]string{"Prjn.WtScale.Abs": "0.2"}},
}

var cases = []Case{
	one("Base", "Layer"),
	one("SoftClamp", "Layer", "Layer.Act.Clamp.Hard", "false", "Layer.Act.Clamp.Gain", "0.5"),
	one("SoftClampAvg", "Layer", "Layer.Act.Clamp.Hard", "false", "Layer.Act.Clamp.Avg", "true",
		"Layer.Act.Clamp.AvgGain", "0.4", "Layer.Act.Clamp.Gain", "0.8"),
	one("ClampRange", "Layer", "Layer.Act.Clamp.Range.Min", "0.1", "Layer.Act.Clamp.Range.Max", "0.8"),
	one("PoolAndLayer", "#Hidden", "Layer.Inhib.Pool.On", "true", "Layer.Inhib.Pool.Gi", "2.2"),
	one("PoolOnly", "#Hidden", "Layer.Inhib.Pool.On", "true", "Layer.Inhib.Layer.On", "false"),
	one("NoInhib", "#Hidden", "Layer.Inhib.Layer.On", "false"),
	one("MaxVsAvg", "Layer", "Layer.Inhib.Layer.MaxVsAvg", "0.5", "Layer.Inhib.Layer.FF", "0.8",
		"Layer.Inhib.Layer.FB", "0.6", "Layer.Inhib.Layer.FF0", "0.2", "Layer.Inhib.Layer.FBTau", "3"),
	one("SelfInhib", "Layer", "Layer.Inhib.Self.On", "true", "Layer.Inhib.Self.Gi", "0.3", "Layer.Inhib.Self.Tau", "2"),
	one("ActAvgFixed", "Layer", "Layer.Inhib.ActAvg.Fixed", "true", "Layer.Inhib.ActAvg.Init", "0.3"),
	one("ActAvgAdjust", "Layer", "Layer.Inhib.ActAvg.Adjust", "0.7", "Layer.Inhib.ActAvg.UseFirst", "false",
		"Layer.Inhib.ActAvg.Tau", "5", "Layer.Inhib.ActAvg.Init", "0.25"),
	one("Adaptation", "Layer", "Layer.Act.KNa.On", "true", "Layer.Act.KNa.Rate", "0.9", "Layer.Act.Gbar.K", "2"),
	one("Decay", "Layer", "Layer.Act.Init.Decay", "0.4", "Layer.Act.Init.Vm", "0.35", "Layer.Act.Init.Act", "0.1", "Layer.Act.Init.Ge", "0.05"),
	one("Rates", "Layer", "Layer.Act.Dt.Integ", "0.6", "Layer.Act.Dt.VmTau", "2.5", "Layer.Act.Dt.GTau", "1.8", "Layer.Act.Dt.AvgTau", "50"),
	one("Conductances", "Layer", "Layer.Act.Gbar.E", "1.2", "Layer.Act.Gbar.I", "0.9", "Layer.Act.Erev.L", "0.25",
		"Layer.Act.Erev.I", "0.2", "Layer.Act.VmRange.Max", "0.9", "Layer.Act.VmRange.Min", "0.1"),
	one("XX1", "Layer", "Layer.Act.XX1.Gain", "40", "Layer.Act.XX1.NVar", "0.01", "Layer.Act.XX1.Thr", "0.45",
		"Layer.Act.XX1.VmActThr", "0.05"),
	one("Thresholds", "Layer", "Layer.Act.OptThresh.Send", "0.2", "Layer.Act.OptThresh.Delta", "0.02"),
	one("Averages", "Layer", "Layer.Learn.ActAvg.SSTau", "3", "Layer.Learn.ActAvg.STau", "4", "Layer.Learn.ActAvg.MTau", "15",
		"Layer.Learn.ActAvg.LrnM", "0.3", "Layer.Learn.ActAvg.Init", "0.1"),
	one("AvgL", "Layer", "Layer.Learn.AvgL.ErrMod", "false", "Layer.Learn.AvgL.Gain", "2", "Layer.Learn.AvgL.Min", "0.1",
		"Layer.Learn.AvgL.Tau", "3", "Layer.Learn.AvgL.LrnMax", "0.3", "Layer.Learn.AvgL.LrnMin", "0.01", "Layer.Learn.AvgL.Init", "0.3"),
	one("CosDiff", "Layer", "Layer.Learn.CosDiff.Tau", "4", "Layer.Learn.AvgL.ModMin", "0.2"),
	one("SetLLrn", "Prjn", "Prjn.Learn.XCal.SetLLrn", "true", "Prjn.Learn.XCal.LLrn", "0.2", "Prjn.Learn.XCal.MLrn", "0.7"),
	one("XCal", "Prjn", "Prjn.Learn.XCal.DRev", "0.3", "Prjn.Learn.XCal.DThr", "0.01", "Prjn.Learn.XCal.LrnThr", "0.1"),
	one("NoReversal", "Prjn", "Prjn.Learn.XCal.DRev", "0"),
	one("WtSig", "Prjn", "Prjn.Learn.WtSig.Gain", "1", "Prjn.Learn.WtSig.SoftBound", "false"),
	one("WtSigOff", "Prjn", "Prjn.Learn.WtSig.Gain", "4", "Prjn.Learn.WtSig.Off", "1.25"),
	one("NoNorm", "Prjn", "Prjn.Learn.Norm.On", "false", "Prjn.Learn.Lrate", "0.1"),
	one("NoMomentum", "Prjn", "Prjn.Learn.Momentum.On", "false", "Prjn.Learn.Norm.NormMin", "0.01", "Prjn.Learn.Norm.DecayTau", "20"),
	one("Momentum", "Prjn", "Prjn.Learn.Momentum.MTau", "3", "Prjn.Learn.Momentum.LrComp", "0.3", "Prjn.Learn.Norm.LrComp", "0.4"),
	one("NoLearn", "#HiddenToOutput", "Prjn.Learn.Learn", "false"),
	one("Scale", "Prjn", "Prjn.WtScale.Abs", "1.3", "Prjn.WtScale.Rel", "0.5"),
}

func sheet(rules []Rule) *params.Sheet {
	sh := params.Sheet{}
	for _, rule := range rules {
		pars := params.Params{}
		for path, value := range rule.Params {
			pars[path] = value
		}
		sh = append(sh, &params.Sel{Sel: rule.Sel, Params: pars})
	}
	return &sh
}

func pattern(n, seed int) []float32 {
	pat := make([]float32, n)
	for i := range pat {
		if (i*7+seed*5+i*i*seed)%4 == 0 {
			pat[i] = 1 - 0.25*float32((i+seed)%3)
		}
	}
	return pat
}

func weight(si, ri int, _, _ *etensor.Shape) float32 {
	return 0.2 + 0.05*float32((si*7+ri*11+si*ri)%13)
}

var layers = []string{"Input", "Hidden", "Output"}

func units(net *leabra.Network, vars []string) object {
	out := object{}
	for _, name := range layers {
		ly := net.LayerByName(name).(*leabra.Layer)
		of := object{}
		for _, v := range vars {
			var vals []float32
			if err := ly.UnitVals(&vals, v); err != nil {
				panic(err)
			}
			of[v] = append([]float32{}, vals...)
		}
		out[name] = of
	}
	return out
}

func run(c Case) object {
	net := &leabra.Network{}
	net.InitName(net, "options")
	in := net.AddLayer("Input", []int{4, 5}, emer.Input)
	hid := net.AddLayer("Hidden", []int{2, 2, 2, 3}, emer.Hidden)
	out := net.AddLayer("Output", []int{4, 5}, emer.Target)
	full := prjn.NewFull()
	net.ConnectLayers(in, hid, full, emer.Forward)
	net.ConnectLayers(in, hid, full, emer.Inhib)
	net.ConnectLayers(hid, out, full, emer.Forward)
	net.ConnectLayers(out, hid, full, emer.Back)
	net.Defaults()
	if err := net.Build(); err != nil {
		panic(err)
	}
	for _, rules := range [][]Rule{base, c.Rules} {
		if _, err := net.ApplyParams(sheet(rules), false); err != nil {
			panic(err)
		}
	}
	net.InitWts()
	for _, ly := range net.Layers {
		for _, pj := range *ly.(*leabra.Layer).RecvPrjns() {
			pj.(*leabra.Prjn).SetWtsFunc(weight)
		}
	}
	ltime := leabra.NewTime()
	trials := []object{}
	for trial := 0; trial < 4; trial++ {
		net.InitExt()
		for i, ly := range []*leabra.Layer{in.(*leabra.Layer), out.(*leabra.Layer)} {
			ext := etensor.NewFloat32([]int{20}, nil, nil)
			copy(ext.Values, pattern(20, trial+3*i))
			ly.ApplyExt(ext)
		}
		net.AlphaCycInit(true)
		ltime.AlphaCycStart()
		cycles := []object{}
		for qtr := 0; qtr < 4; qtr++ {
			for cyc := 0; cyc < 25; cyc++ {
				net.Cycle(ltime)
				if trial%3 == 0 && (ltime.Cycle%25 < 2 || ltime.Cycle%25 == 12 || ltime.Cycle%25 == 24) {
					cycles = append(cycles, object{"cycle": ltime.Cycle, "units": units(net, []string{"Act", "Ge", "Gi", "Vm"})})
				}
				ltime.CycleInc()
			}
			net.QuarterFinal(ltime)
			ltime.QuarterInc()
		}
		net.DWt()
		net.WtFmDWt()
		rec := object{"units": units(net, []string{"ActM", "ActP", "AvgL", "AvgLLrn", "AvgSLrn", "AvgM", "GiSelf", "Gk", "ActAvg"})}
		if len(cycles) > 0 {
			rec["cycles"] = cycles
		}
		if trial == 3 {
			syns := []object{}
			for _, ly := range net.Layers {
				lly := ly.(*leabra.Layer)
				for _, pj := range *lly.RecvPrjns() {
					p := pj.(*leabra.Prjn)
					wts := [][]float32{}
					for ri := 0; ri < len(lly.Neurons); ri++ {
						row := []float32{}
						for si := 0; si < pj.SendLay().Shape().Len(); si++ {
							row = append(row, p.SynVal("Wt", si, ri))
						}
						wts = append(wts, row)
					}
					syns = append(syns, object{"from": pj.SendLay().Name(), "to": ly.Name(), "type": pj.Type().String(), "Wt": wts})
				}
			}
			rec["syns"] = syns
		}
		trials = append(trials, rec)
	}
	return object{"name": c.Name, "rules": c.Rules, "trials": trials}
}

func spiking() []object {
	out := []object{}
	for _, exp := range []bool{false, true} {
		for _, kna := range []bool{false, true} {
			for _, tr := range []int{0, 3} {
				act := spike.ActParams{}
				act.Defaults()
				act.Gbar.L = 0.3
				act.Gbar.K = 3
				act.Spike.Exp = exp
				act.Spike.Tr = tr
				act.KNa.On = kna
				act.Update()
				nrn := leabra.Neuron{}
				act.InitActs(&nrn)
				steps := [][]float32{}
				for cyc := 0; cyc < 240; cyc++ {
					nrn.Ge = 0.25 + 0.15*float32((cyc/40)%4)
					nrn.Gi = 0.1 * float32((cyc/60)%2)
					act.SpikeVmFmG(&nrn)
					act.SpikeActFmVm(&nrn)
					steps = append(steps, []float32{nrn.Ge, nrn.Gi, nrn.Vm, nrn.Inet, nrn.Act, nrn.Spike, nrn.ISI, nrn.ISIAvg,
						nrn.GknaFast, nrn.GknaMed, nrn.GknaSlow})
				}
				out = append(out, object{"Exp": exp, "KNa": kna, "Tr": tr, "steps": steps})
			}
		}
	}
	return out
}

func rings() []object {
	out := []object{}
	for _, n := range []int{5, 24} {
		for _, code := range []popcode.PopCodes{popcode.GaussBump, popcode.Localist} {
			for _, val := range []float32{0, 3, 20, 90, 180, 271.5, 340, 359, 360} {
				pc := popcode.Ring{}
				pc.Defaults()
				pc.SetRange(0, 360, 0.15)
				pc.Code = code
				var pat []float32
				pc.Encode(&pat, val, n)
				out = append(out, object{"n": n, "code": code, "val": val, "pattern": pat, "decoded": pc.Decode(pat)})
			}
		}
	}
	return out
}

func main() {
	networks := []object{}
	for _, c := range cases {
		networks = append(networks, run(c))
	}
	// The networks report to the standard output as they are built.
	file, err := os.Create(os.Args[1])
	if err != nil {
		panic(err)
	}
	defer file.Close()
	if err := json.NewEncoder(file).Encode(object{"base": base, "networks": networks, "spiking": spiking(), "rings": rings()}); err != nil {
		panic(err)
	}
}
