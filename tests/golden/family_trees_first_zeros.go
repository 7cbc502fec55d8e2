// Writes family_trees_first_zeros.json: after how many epochs runs of the textbook's family trees first
// have none without error.
//
// Made with the original, leabra v1.2.8 and emergent v1.3.52 (Go 1.21, amd64), and the patterns of
// the simulations v1.3.5 (ch4/family_trees/family_trees.tsv):
//
//	go run family_trees_first_zeros.go family_trees.tsv 200 family_trees_first_zeros.json
package main

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"strconv"

	"github.com/emer/emergent/emer"
	"github.com/emer/emergent/erand"
	"github.com/emer/emergent/params"
	"github.com/emer/emergent/prjn"
	"github.com/emer/etable/etable"
	"github.com/emer/leabra/leabra"
	"github.com/goki/gi/gi"
)

const maxEpochs = 100

var heldOut = map[string]bool{
	"James.Wife.Vicky": true, "Lucia.Fath.Robert": true, "Angela.Bro.Marco": true, "Christi.Daug.Jenn": true,
}

// The parameters Base and HebbError of the simulation, in its order.
var rules = params.Sheet{
	{Sel: "Prjn", Params: params.Params{
		"Prjn.Learn.Norm.On": "false", "Prjn.Learn.Momentum.On": "false", "Prjn.Learn.WtBal.On": "true"}},
	{Sel: "Layer", Params: params.Params{"Layer.Learn.AvgL.Gain": "1.5", "Layer.Inhib.Layer.Gi": "1.6"}},
	{Sel: ".Code", Params: params.Params{"Layer.Inhib.Layer.Gi": "2"}},
	{Sel: ".Person", Params: params.Params{"Layer.Inhib.Layer.Gi": "2.8"}},
	{Sel: ".Relation", Params: params.Params{"Layer.Inhib.Layer.Gi": "2.8"}},
	{Sel: ".Back", Params: params.Params{"Prjn.WtScale.Rel": "0.3"}},
	{Sel: "Prjn", Params: params.Params{
		"Prjn.Learn.XCal.MLrn": "1", "Prjn.Learn.XCal.SetLLrn": "false", "Prjn.Learn.Lrate": ".04"}},
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func network() *leabra.Network {
	net := &leabra.Network{}
	net.InitName(net, "FamTrees")
	agent := net.AddLayer2D("Agent", 4, 6, emer.Input)
	relation := net.AddLayer2D("Relation", 2, 6, emer.Input)
	agentCode := net.AddLayer2D("AgentCode", 7, 7, emer.Hidden)
	relationCode := net.AddLayer2D("RelationCode", 7, 7, emer.Hidden)
	hidden := net.AddLayer2D("Hidden", 7, 7, emer.Hidden)
	patientCode := net.AddLayer2D("PatientCode", 7, 7, emer.Hidden)
	patient := net.AddLayer2D("Patient", 4, 6, emer.Target)
	for class, of := range map[string][]emer.Layer{
		"Code": {agentCode, relationCode, patientCode}, "Person": {agent, patient}, "Relation": {relation},
	} {
		for _, layer := range of {
			layer.SetClass(class)
		}
	}
	full := prjn.NewFull()
	net.ConnectLayers(agent, agentCode, full, emer.Forward)
	net.ConnectLayers(relation, relationCode, full, emer.Forward)
	net.BidirConnectLayers(agentCode, hidden, full)
	net.BidirConnectLayers(relationCode, hidden, full)
	net.BidirConnectLayers(hidden, patientCode, full)
	net.BidirConnectLayers(patientCode, patient, full)
	net.Defaults()
	_, err := net.ApplyParams(&rules, false)
	check(err)
	check(net.Build())
	return net
}

// run trains until an epoch without error, and returns its number, from 0.
func run(patterns *etable.Table, seed int64) int {
	net := network()
	rows := etable.NewIdxView(patterns)
	rows.Filter(func(table *etable.Table, row int) bool { return !heldOut[table.CellString("Name", row)] })
	rand.Seed(seed)
	net.InitWts()
	order := rand.Perm(rows.Len())
	time := leabra.NewTime()
	patient := net.LayerByName("Patient").(leabra.LeabraLayer).AsLeabra()
	for epoch := 0; epoch < maxEpochs; epoch++ {
		errors := 0
		if epoch > 0 {
			erand.PermuteInts(order)
		}
		for _, row := range order {
			net.InitExt()
			for _, name := range []string{"Agent", "Relation", "Patient"} {
				net.LayerByName(name).(leabra.LeabraLayer).AsLeabra().ApplyExt(patterns.CellTensor(name, rows.Idxs[row]))
			}
			net.AlphaCycInit(true)
			time.AlphaCycStart()
			for quarter := 0; quarter < 4; quarter++ {
				for cycle := 0; cycle < time.CycPerQtr; cycle++ {
					net.Cycle(time)
					time.CycleInc()
				}
				net.QuarterFinal(time)
				time.QuarterInc()
			}
			net.DWt()
			net.WtFmDWt()
			if sse, _ := patient.MSE(0.5); sse > 0 {
				errors++
			}
		}
		if errors == 0 {
			return epoch
		}
	}
	return -1
}

func main() {
	patterns := &etable.Table{}
	check(patterns.OpenCSV(gi.FileName(os.Args[1]), etable.Tab))
	count, err := strconv.Atoi(os.Args[2])
	check(err)
	runs := []map[string]int{}
	for seed := 1; seed <= count; seed++ {
		runs = append(runs, map[string]int{"first_zero_epoch": run(patterns, int64(seed))})
	}
	text, err := json.Marshal(map[string]interface{}{
		"desc": fmt.Sprintf("%d runs (rand.Seed(1..%d) before InitWts) of sims v1.3.5 ch4/family_trees without its windows, "+
			"permuted order, first epoch with PctErr == 0, counted from 0, max %d", count, count, maxEpochs),
		"version": "v128",
		"runs":    runs,
	})
	check(err)
	check(os.WriteFile(os.Args[3], append(text, '\n'), 0o666))
}
